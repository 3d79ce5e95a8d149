"""Control calls about the server itself: health and contracts."""

from pathlib import Path

from openapi_spec_validator import validate

import mockserver
from mockserver import __version__
from mockserver.contract.reader.load import load
from mockserver.contract.validation import check_answer
from mockserver.data.source import Finding
from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.console import open_console
from tests.support.patches import BUNDLED

OWN = load([Path(mockserver.__file__).parent / "control" / "openapi.yaml"])
OLD = """\
openapi: 3.0.3
info: {title: Notes, version: "1"}
paths:
  /notes:
    get:
      operationId: list-notes
      responses:
        "200":
          description: All of them.
          content:
            application/json:
              schema: {type: string, nullable: true}
"""


def test_health_says_how_full_the_server_is(console):
    console.patch(session="a")
    console.call("DELETE sessions/a")
    console.patch(session="b")
    health = console.call("GET health").json()
    assert health["status"] == "ok"
    assert health["version"] == __version__
    assert (health["operations"], health["scenarios"]) == (1, len(BUNDLED.scenarios))
    dropped = {"crowded out": 0, "memory": 0, "idle": 0, "deleted": 1}
    assert health["sessions"].pop("bytes") > 0
    assert health["sessions"] == {"open": 2, "dropped": dropped, "evicted": 0}
    assert (health["journal"]["exchanges"], health["journal"]["dropped"]) == (1, 1)
    assert health["journal"]["bytes"] > 0


def test_health_counts_sessions_that_were_crowded_out():
    with open_console(Settings(max_sessions=2)) as console:
        for key in ("a", "b", "c"):
            console.patch(session=key)
        sessions = console.call("GET health").json()["sessions"]
        assert sessions.pop("bytes") > 0
        assert sessions == {
            "open": 2,
            "dropped": {"crowded out": 2, "memory": 0, "idle": 0, "deleted": 0},
            "evicted": 2,
        }


def test_health_says_why_files_that_changed_are_not_served_without_folders_and_secrets(console):
    assert console.call("GET health").json()["reload_failure"] is None
    path = Path("/somebody/world.yaml")
    console.server.reload_findings = (
        Finding(path, 3, "/tokens/0", "unknown key 'flt_sk_one-that-is-secret'"),
        Finding(path, None, "", "there is no such file"),
    )
    answer = console.call("GET health")
    assert check_answer(OWN.operation("show-health"), 200, "application/json", answer.body) == []
    assert answer.json()["reload_failure"] == {
        "findings": [
            {
                "file": "world.yaml",
                "line": 3,
                "pointer": "/tokens/0",
                "message": "unknown key 'flt_sk_…cret'",
            },
            {"file": "world.yaml", "line": None, "pointer": "", "message": "there is no such file"},
        ]
    }


def test_the_mocked_contract_is_openapi_3_1_with_every_operation(console):
    document = console.call("GET contract.json").json()
    validate(document)
    assert document["openapi"].startswith("3.1.")
    operations = {
        each["operationId"]
        for item in document["paths"].values()
        for each in item.values()
        if "operationId" in each
    }
    assert operations == {operation.id for operation in BUNDLED.contract.operations}


def test_a_contract_of_several_documents_is_shown_as_one(tmp_path: Path):
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(OLD, encoding="utf-8")
    other.write_text(
        one.read_text(encoding="utf-8").replace("/notes", "/tags").replace("list-notes", "list-tags"),
        encoding="utf-8",
    )
    (tmp_path / "scenarios").mkdir()
    backend = load_backend(Settings(specs=(one, other)))
    with open_console(backend=backend) as console:
        document = console.call("GET contract.json").json()
        validate(document)
        assert document["openapi"].startswith("3.1.")
        assert set(document["paths"]) == {"/notes", "/tags"}
        media = document["paths"]["/notes"]["get"]["responses"]["200"]["content"]["application/json"]
        assert "nullable" not in media["schema"], "written as 3.1 says it"


def test_its_own_contract_names_the_prefix_as_the_server(console):
    assert console.call("GET openapi.json").json()["servers"] == [{"url": "/__mock"}]
