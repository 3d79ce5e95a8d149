"""Resources of documents in the styles of well-known APIs: created, found, listed, changed and deleted."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from mockserver.engine.exchange import Exchange
from tests.support.resources import FORM, Api

DOCUMENTS = Path(__file__).parent / "documents"


def api(name: str) -> Api:
    return Api(DOCUMENTS / f"{name}.yaml")


def path_of(url: str) -> str:
    """A URL as the line of a request has it, without its origin."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def links_of(exchange: Exchange) -> dict[str, str]:
    """The header `Link` by its relations."""
    header = dict(exchange.final_answer.headers)["link"]
    return {rel: path_of(url) for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


# Plain arrays with the header Link


def test_pages_are_followed_by_the_header_link_to_their_end() -> None:
    shop = api("numbered")
    made = [shop.body("POST /repos/me/issues", {"title": f"t{n}"})["number"] for n in range(5)]
    line, seen = "/repos/me/issues?per_page=2&page=1", []
    while line:
        page = shop.ask(f"GET {line}")
        seen += [each["number"] for each in json.loads(page.final_answer.body)]
        assert dict(page.final_answer.headers)["x-total-count"] == "5"
        line = links_of(page).get("next", "")
    assert seen == made


def test_an_issue_is_found_under_its_number_and_its_location() -> None:
    shop = api("numbered")
    made = shop.ask("POST /repos/me/issues", {"title": "one", "labels": ["a"], "votes": 3})
    issue = json.loads(made.final_answer.body)
    assert {name: issue[name] for name in ("title", "labels", "votes")} == {
        "title": "one",
        "labels": ["a"],
        "votes": 3,
    }
    assert issue["closed_at"] is None
    assert shop.body(f"GET {path_of(dict(made.final_answer.headers)['location'])}") == issue
    assert shop.body(f"GET /repos/me/issues/{issue['number']}") == issue
    assert shop.body("GET /repos/other/issues") == []


def test_issues_are_filtered_and_sorted_as_the_contract_documents_it() -> None:
    shop = api("numbered")
    for title, votes, state, labels in (
        ("b", 1, "open", ["x"]),
        ("a", 3, "closed", ["x", "y"]),
        ("c", 2, "open", []),
    ):
        body = {"title": title, "votes": votes, "state": state, "labels": labels}
        shop.body("POST /repos/me/issues", body)

    def titles(query: str) -> str:
        return "".join(each["title"] for each in shop.body(f"GET /repos/me/issues?{query}"))

    assert titles("state=open") == "bc"
    assert titles("state=all") == "bac"
    assert titles("labels=y") == "a"
    assert titles("sort=title") == "abc"
    assert titles("sort=votes&direction=desc") == "acb"
    assert titles("undocumented=1") == "bac"


def test_a_json_patch_changes_an_issue_or_is_refused_as_documented() -> None:
    shop = api("numbered")
    number = shop.body("POST /repos/me/issues", {"title": "one"})["number"]
    line, kind = f"PATCH /repos/me/issues/{number}", "application/json-patch+json"
    patch = [
        {"op": "test", "path": "/title", "value": "one"},
        {"op": "replace", "path": "/title", "value": "two"},
    ]
    assert shop.body(line, patch, kind=kind)["title"] == "two"
    assert shop.ask(line, patch, kind=kind).final_answer.status == 409
    for op in (
        {"op": "remove", "path": "/nowhere/1"},
        {"op": "jump", "path": "/title"},
        {"op": "remove", "path": "/title"},
    ):
        assert 400 <= shop.ask(line, [op], kind=kind).final_answer.status < 500
    assert shop.body(f"GET /repos/me/issues/{number}")["title"] == "two"


def test_a_title_that_is_documented_as_unique_is_taken_once() -> None:
    shop = api("numbered")
    first = shop.body("POST /repos/me/issues", {"title": "one"})
    assert shop.body("POST /repos/me/issues", {"title": "one"}, 422) == {"message": "invalid"}
    second = shop.body("POST /repos/me/issues", {"title": "two"})
    taken = shop.ask(f"PATCH /repos/me/issues/{second['number']}", {"title": "one"})
    assert taken.final_answer.status == 409
    assert shop.body(f"PATCH /repos/me/issues/{first['number']}", {"title": "one"})["title"] == "one"


# JSON:API


def test_an_article_is_wrapped_in_data_in_requests_and_answers() -> None:
    press = api("json-api")
    kind = "application/vnd.api+json"
    attributes = {"title": "One", "words": 7}
    made = press.body("POST /articles", {"data": {"type": "articles", "attributes": attributes}}, kind=kind)
    assert (made["data"]["type"], made["data"]["attributes"]) == ("articles", attributes)
    line = f"/articles/{made['data']['id']}"
    assert press.body(f"GET {line}") == made
    changed = press.body(f"PATCH {line}", {"data": {"attributes": {"title": "Two"}}}, kind=kind)
    assert changed["data"]["attributes"] == {"title": "Two", "words": 7}
    press.body(f"DELETE {line}", expected=204)
    press.ask(f"GET {line}")
    assert press.body("GET /articles")["data"] == []


def test_articles_are_filtered_sorted_and_paged_by_their_attributes() -> None:
    press = api("json-api")
    for number, title in enumerate("cab"):
        body = {"data": {"type": "articles", "attributes": {"title": title, "words": number}}}
        press.body("POST /articles", body, kind="application/vnd.api+json")

    def titles(query: str) -> str:
        return "".join(each["attributes"]["title"] for each in press.body(f"GET /articles?{query}")["data"])

    assert titles("filter[title]=a") == "a"
    assert titles("sort=title") == "abc"
    assert titles("sort=-words") == "bac"
    page = press.body("GET /articles?page[size]=2&page[number]=1&sort=title")
    assert page["meta"] == {"total": 3}
    assert page["links"]["prev"] is None
    rest = press.body(f"GET {path_of(page['links']['next'])}")
    assert [each["attributes"]["title"] for each in (*page["data"], *rest["data"])] == ["a", "b", "c"]
    assert rest["links"]["next"] is None


def test_an_id_that_the_client_may_send_is_kept_and_taken_once() -> None:
    press = api("json-api")
    body = {"data": {"type": "articles", "id": "1725ff48-ab45-4bb5-9d02-88745177dedb", "attributes": {}}}
    kind = "application/vnd.api+json"
    assert press.body("POST /articles", body, kind=kind)["data"]["id"] == body["data"]["id"]
    assert press.ask("POST /articles", body, kind=kind).final_answer.status == 409


# HAL


def test_orders_are_embedded_and_paged_from_zero() -> None:
    shop = api("hal")
    made = [shop.body("POST /orders", {"item": f"i{n}", "quantity": n})["orderId"] for n in range(5)]
    assert all(re.fullmatch("ORD-[0-9]{6}", each) for each in made)
    line, seen, pages = "/orders?size=2&sort=quantity,desc", [], 0
    while line:
        page = shop.body(f"GET {line}")
        seen += [each["orderId"] for each in page["_embedded"]["orders"]]
        assert page["page"] == {"size": 2, "totalElements": 5, "totalPages": 3, "number": pages}
        line, pages = path_of(page["_links"].get("next", {}).get("href", "")), pages + 1
    assert seen == made[::-1]


def test_a_put_replaces_an_order_or_creates_it() -> None:
    shop = api("hal")
    made = shop.ask("PUT /orders/ORD-000777", {"item": "pen", "note": "n"}).final_answer
    assert (made.status, json.loads(made.body)["orderId"]) == (201, "ORD-000777")
    replaced = shop.body("PUT /orders/ORD-000777", {"item": "ink"}, 200)
    assert replaced["item"] == "ink"
    assert "note" not in replaced
    assert replaced["createdAt"] == json.loads(made.body)["createdAt"]
    assert shop.body("DELETE /orders/ORD-000777") == replaced


# Snowflakes


def test_messages_belong_to_channels_that_exist() -> None:
    chat = api("chat")
    assert chat.ask("POST /channels/9/messages", {"content": "x"}).final_answer.status == 404
    channel = chat.body("POST /channels", {"name": "a"})["id"]
    message = chat.body(f"POST /channels/{channel}/messages", {"content": "x"})
    assert (message["channel_id"], message["content"]) == (channel, "x")
    assert chat.body(f"GET /channels/{channel}/messages/{message['id']}") == message
    chat.body(f"DELETE /channels/{channel}")
    assert chat.ask(f"GET /channels/{channel}/messages/{message['id']}").final_answer.status == 404
    assert chat.ask(f"GET /channels/{channel}/messages").final_answer.status == 404


def test_messages_are_paged_before_and_after_an_id_and_deleted_in_bulk() -> None:
    chat = api("chat")
    line = f"/channels/{chat.body('POST /channels', {})['id']}/messages"
    made = [chat.body(f"POST {line}", {"content": str(n)})["id"] for n in range(6)]

    def ids(query: str) -> list[str]:
        return [each["id"] for each in chat.body(f"GET {line}?{query}")]

    assert ids("limit=2") == made[:2]
    assert ids(f"limit=2&after={made[1]}") == made[2:4]
    assert ids(f"limit=2&before={made[4]}") == made[2:4]
    assert ids(f"after={made[5]}") == []
    assert chat.body(f"DELETE {line}?ids={made[0]}&ids={made[3]}") == {"deleted": 2}
    assert ids("") == [made[1], made[2], made[4], made[5]]


# Ids below `metadata`


def test_pods_are_named_below_their_metadata() -> None:
    cluster = api("cluster")
    line = "/api/v1/namespaces/prod/pods"
    pod = cluster.body(
        f"POST {line}", {"metadata": {"name": "web", "labels": {"a": "b"}}, "spec": {"nodeName": "n1"}}
    )
    assert (pod["metadata"]["name"], pod["metadata"]["labels"], pod["spec"]) == (
        "web",
        {"a": "b"},
        {"nodeName": "n1"},
    )
    assert cluster.body(f"GET {line}/web") == pod
    assert cluster.ask(f"POST {line}", {"metadata": {"name": "web"}}).final_answer.status == 409
    patch = [{"op": "replace", "path": "/spec/nodeName", "value": "n2"}]
    patched = cluster.body(f"PATCH {line}/web", patch, kind="application/json-patch+json")
    assert patched["spec"] == {"nodeName": "n2"}
    listed = cluster.body(f"GET {line}")
    assert (listed["kind"], listed["items"]) == ("PodList", [patched])
    assert cluster.body(f"DELETE {line}")["kind"] == "Status"
    assert cluster.body(f"GET {line}")["items"] == []


def test_a_list_of_pods_is_continued_to_its_end() -> None:
    cluster = api("cluster")
    line = "/api/v1/namespaces/prod/pods"
    for number in range(5):
        cluster.body(f"POST {line}", {"metadata": {"name": f"p{number}"}})
    seen, cursor = [], ""
    for _ in range(9):
        page = cluster.body(f"GET {line}?limit=2{cursor}")
        seen += [each["metadata"]["name"] for each in page["items"]]
        if not page.get("metadata", {}).get("continue"):
            break
        cursor = f"&continue={page['metadata']['continue']}"
    assert seen == ["p0", "p1", "p2", "p3", "p4"]


# Forms, endings, a resource that exists once


def test_a_form_fills_members_of_another_spelling_and_ids_match_their_pattern() -> None:
    lists = api("forms")
    made = lists.body("POST /Lists.json", "FriendlyName=News&MaxSize=5", kind=FORM)
    assert (made["friendly_name"], made["max_size"]) == ("News", 5)
    assert re.fullmatch("LS[0-9a-f]{32}", made["sid"])
    assert lists.body(f"GET /Lists/{made['sid']}.json") == made
    changed = lists.body(f"POST /Lists/{made['sid']}.json", "FriendlyName=Old", kind=FORM)
    assert changed == {**made, "friendly_name": "Old"}
    gone = lists.body(f"DELETE /Lists/{made['sid']}.json")
    assert gone == {"sid": made["sid"], "object": "list", "deleted": True}
    assert lists.ask(f"GET /Lists/{made['sid']}.json").final_answer.status == 404


def test_pages_in_the_body_are_followed_to_their_end() -> None:
    lists = api("forms")
    made = [lists.body("POST /Lists.json", f"FriendlyName=n{n}", kind=FORM)["sid"] for n in range(5)]
    line, seen = "/Lists.json?PageSize=2", []
    while line:
        page = lists.body(f"GET {line}")
        seen += [each["sid"] for each in page["lists"]]
        assert page["page_size"] == 2
        line = path_of(page["next_page_uri"] or "")
        assert not line or parse_qs(urlsplit(line).query)["PageSize"] == ["2"]
    assert seen == made
    assert [each["friendly_name"] for each in lists.body("GET /Lists.json?FriendlyName=n3")["lists"]] == [
        "n3"
    ]


def test_settings_exist_once_and_begin_as_the_example() -> None:
    lists = api("forms")
    assert lists.body("GET /settings") == {"settings": {"theme": "dark", "size": 3}}
    assert lists.body("PATCH /settings", {"size": 4}) == {"settings": {"theme": "dark", "size": 4}}
    assert lists.body("PUT /settings", {"theme": "light"}) == {"settings": {"theme": "light"}}
    assert lists.body("GET /settings") == {"settings": {"theme": "light"}}
    assert lists.body("GET /settings", session="other") == {"settings": {"theme": "dark", "size": 3}}


@pytest.mark.parametrize(("name", "line", "body"), [
    ("chat", "POST /channels", {"name": "a"}), ("hal", "POST /orders", {"item": "a"}),
])  # fmt: skip
def test_one_idempotency_key_makes_one_thing(name: str, line: str, body: object) -> None:
    mock = api(name)
    first = mock.body(line, body, idempotency_key="k1")
    assert mock.body(line, body, idempotency_key="k1") == first
    assert mock.body(line, body, idempotency_key="k2") != first
    assert mock.ask(line, {"item": "other", "name": "other"}, idempotency_key="k1").final_answer.status in (
        400,
        409,
        422,
    )


# Paths elsewhere


def test_a_collection_is_listed_and_filled_under_other_paths() -> None:
    mock = api("tasks")
    first, second = (mock.body("POST /projects", {"name": each})["id"] for each in "ab")
    task = mock.body(f"POST /projects/{first}/tasks", {"name": "one"})
    other = mock.body(f"POST /projects/{second}/tasks", {"name": "two"})
    assert (task["name"], task["project"]) == ("one", {"id": first})
    assert mock.body(f"GET /tasks/{task['id']}") == task
    assert mock.body(f"GET /projects/{second}/tasks") == [other]
    assert mock.body("GET /tasks/search?name=one") == [task]
    assert mock.ask("POST /projects/nowhere/tasks", {"name": "x"}).final_answer.status == 404
    mock.body(f"DELETE /tasks/{task['id']}", expected=204)
    assert mock.body(f"GET /projects/{first}/tasks") == []


# Names that differ from those of the members


def test_ids_and_moments_are_known_by_usual_names() -> None:
    shop = api("customers")
    made = [
        shop.body("POST /customers", {"email": f"{each}@x.org", "name": each})["customerId"] for each in "cab"
    ]

    def ids(query: str) -> list[str]:
        return [each["customerId"] for each in shop.body(f"GET /customers?{query}&page_size=9")["customers"]]

    assert ids(f"ids={made[0]},{made[2]}&order=asc") == [made[0], made[2]]
    assert ids("created[gte]=2090-01-01T00:00:00Z") == []
    assert ids("created_before=2090-01-01T00:00:00Z&order=asc") == made
    assert ids("order_by=name&order=asc") == [made[1], made[2], made[0]]
    first = shop.body("GET /customers?order_by=name&order=asc")
    assert (len(first["customers"]), first["total_size"]) == (2, 3)
    rest = shop.body(f"GET /customers?order_by=name&order=asc&page_token={first['next_page_token']}")
    assert [each["name"] for each in rest["customers"]] == ["c"]
    assert "next_page_token" not in rest


def test_a_new_customer_was_created_now_and_has_not_ended() -> None:
    shop = api("customers")
    made = shop.ask("POST /customers", {"email": "a@x.org"})
    customer = json.loads(made.final_answer.body)
    assert (customer["is_archived"], customer["deleted_at"]) == (False, None)
    assert customer["created_at"][:10] == made.call.now.date().isoformat()
    assert customer["updatedAt"] == int(made.call.now.timestamp())
    assert dict(made.final_answer.headers)["location"].startswith("http://")


def test_a_member_that_the_409_names_is_unique_and_a_null_is_kept() -> None:
    shop = api("customers")
    customer = shop.body("POST /customers", {"email": "a@x.org"})
    shop.body("POST /customers", {"email": "a@x.org"}, 409)
    assert shop.body(f"PATCH /customers/{customer['customerId']}", {"nick": None})["nick"] is None


def test_a_deleted_customer_is_named_and_takes_along_what_is_below() -> None:
    shop = api("customers")
    line = f"/customers/{shop.body('POST /customers', {'email': 'a@x.org'})['customerId']}"
    note = shop.body(f"POST {line}/notes", {"text": "hi"})
    assert note["customer_id"] == line.rpartition("/")[2]
    assert shop.body(f"POST {line}/preferences", {"theme": "dark"})["theme"] == "dark"
    assert shop.body(f"GET {line}/preferences")["theme"] == "dark"
    gone = shop.body(f"DELETE {line}")
    assert gone == {"id": line.rpartition("/")[2], "object": "customer", "deleted": True}
    for below in ("notes", "preferences"):
        assert shop.ask(f"GET {line}/{below}").final_answer.status == 404
    state = shop.runtime.sessions.open("default", 0).states["resources"]
    assert shop.model.dump(state)["notes"] == {}
