"""The official SDK of Asana against a mock of its document: `configuration.host = f"{url}/api/1.0"`."""

from pathlib import Path

import pytest

asana = pytest.importorskip("asana", reason="asana is not installed: run nox -s sdks")

from asana.rest import ApiException  # noqa: E402
from urllib3.exceptions import HTTPError  # noqa: E402

from tests.sdks.paging import read_all  # noqa: E402
from tests.support.live import Live  # noqa: E402

VENDOR = "asana"


def connect(mock: Live, token: str = "1/123:abc", **headers: str):
    configuration = asana.Configuration()
    configuration.host = f"{mock.url}/api/1.0"
    configuration.access_token = token
    configuration.retry_strategy = None
    client = asana.ApiClient(configuration)
    for name, value in headers.items():
        client.set_default_header(name.replace("_", "-"), value)
    return client


@pytest.fixture
def client(mock: Live):
    return connect(mock)


def test_the_user_is_read(client) -> None:
    assert asana.UsersApi(client).get_user("me", {"opt_fields": "name,email,workspaces.name"})["gid"]


def test_a_task_is_made_read_changed_and_deleted(client) -> None:
    tasks = asana.TasksApi(client)
    body = {"data": {"name": "Buy milk", "workspace": "12345", "due_on": "2026-03-01"}}
    task = tasks.create_task(body, {"opt_fields": "name,permalink_url"})
    assert tasks.get_task(task["gid"], {"opt_fields": "name,notes,assignee.name,due_on"})["gid"]
    assert tasks.update_task({"data": {"completed": True, "due_on": None}}, task["gid"], {})["gid"]
    assert tasks.delete_task(task["gid"]) == {}


def test_lists_end(client) -> None:
    read_all(asana.TasksApi(client).get_tasks({"project": "1", "limit": 20, "opt_fields": "name,completed"}))
    read_all(asana.ProjectsApi(client).get_projects({"workspace": "1", "limit": 2, "archived": False}))
    read_all(asana.WorkspacesApi(client).get_workspaces({"limit": 2}))
    read_all(asana.UsersApi(client).get_users({"workspace": "1", "limit": 2}))
    read_all(asana.TagsApi(client).get_tags({"workspace": "1", "limit": 2}))


def test_a_search_is_accepted(client) -> None:
    options = {"text": "milk", "assignee.any": "me,5678", "completed": False, "sort_ascending": False}
    read_all(asana.TasksApi(client).search_tasks_for_workspace("12345", options))


def test_a_subtask_and_a_comment_are_made(client) -> None:
    subtask = {"data": {"name": "Find the shop", "assignee": "5678"}}
    assert asana.TasksApi(client).create_subtask_for_task(subtask, "12345", {})["gid"]
    comment = {"data": {"text": "Done.", "is_pinned": False}}
    assert asana.StoriesApi(client).create_story_for_task(comment, "12345", {})["gid"]


def test_a_task_is_added_to_a_project(client) -> None:
    body = {"data": {"project": "13579", "insert_after": None}}
    assert asana.TasksApi(client).add_project_for_task(body, "12345") == {}


def test_a_project_is_made(client) -> None:
    body = {"data": {"name": "Spring", "workspace": "1", "team": "2", "default_view": "board"}}
    assert asana.ProjectsApi(client).create_project(body, {})["gid"]


def test_a_file_is_attached(client, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("hello", encoding="utf-8")
    options = {"file": str(file), "parent": "12345", "name": "note.txt"}
    assert asana.AttachmentsApi(client).create_attachment_for_object(options)["gid"]


def test_a_webhook_is_made(client) -> None:
    filters = [{"resource_type": "task", "action": "changed", "fields": ["due_at"]}]
    body = {"data": {"resource": "1", "target": "https://example.com/receive", "filters": filters}}
    assert asana.WebhooksApi(client).create_webhook(body, {})["gid"]


def test_an_invalid_member_is_named(client) -> None:
    with pytest.raises(ApiException, match="completed") as refused:
        asana.TasksApi(client).update_task({"data": {"completed": "yes"}}, "12345", {})
    assert refused.value.status == 400


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_documented_error_is_chosen_by_the_request(client, status: int) -> None:
    with pytest.raises(ApiException) as failed:
        asana.TasksApi(client).get_task("12345", {}, header_params={"Prefer": f"code={status}"})
    assert failed.value.status == status


def test_a_request_without_a_token_is_unauthorized(mock: Live) -> None:
    with pytest.raises(ApiException) as refused:
        asana.UsersApi(connect(mock, token="")).get_user("me", {})
    assert refused.value.status == 401


def test_a_slow_answer_is_a_timeout(mock: Live) -> None:
    with pytest.raises(HTTPError):
        asana.UsersApi(connect(mock, X_Mock_Delay="5s")).get_user("me", {}, _request_timeout=(1, 0.2))


def test_a_broken_connection_is_an_error_of_urllib3(mock: Live) -> None:
    with pytest.raises(HTTPError):
        asana.UsersApi(connect(mock, X_Mock_Fault="connection-reset")).get_user("me", {})
