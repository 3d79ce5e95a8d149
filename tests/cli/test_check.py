"""`mockserver check`: its findings, its streams and its exit status."""

import pytest

from tests.support.terminal import called, scenarios, typed


def test_check_without_findings_is_status_0():
    done = typed("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no findings" in done.stdout


def test_check_prints_each_finding_on_its_own_line_and_counts_them(tmp_path):
    folder = scenarios(
        tmp_path / "mine",
        one="respond: {error: ORDER_NOT_CART}\nexpect: {status: 404}",
        two="given: {}\nexpect: {error: CART_NOT_FOUND}",
    )
    done = typed("check", "--scenarios", folder)
    assert done.returncode == 1
    assert [line.partition(": ")[0] for line in done.stdout.splitlines()] == [
        f"{folder}/one.yaml:4",
        f"{folder}/two.yaml:4",
    ]
    assert done.stderr == "2 findings\n"


def test_check_groups_equal_findings_unless_it_is_verbose(tmp_path):
    path = tmp_path / "api.yaml"
    properties = ", ".join(f"p{n}: {{type: string, example: {n}}}" for n in range(7))
    path.write_text(
        "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {}\n"
        f"components: {{schemas: {{A: {{properties: {{{properties}}}}}}}}}\n",
        encoding="utf-8",
    )
    grouped = called("check", path)
    [line] = grouped.stdout.splitlines()
    assert "(7 times; also line 4: /components/schemas/A/properties/p1/example" in line
    assert grouped.stderr == "7 findings\n"
    verbose = called("check", "--verbose", path)
    assert len(verbose.stdout.splitlines()) == 7
    assert (grouped.exit_code, verbose.exit_code) == (1, 1)


def test_check_reports_what_would_stop_the_server(tmp_path):
    result = called("check", "--scenarios", scenarios(tmp_path / "mine", bad="respond: {error: NOPE}"))
    assert result.exit_code == 1
    assert f"{tmp_path}/mine/bad.yaml:3: /respond/error: unknown error code 'NOPE'" in result.stdout


@pytest.mark.parametrize(
    "text", [None, "a: b: c", "swagger: '2.0'", "[]"], ids=["missing", "not YAML", "2.0", "an array"]
)
def test_a_file_that_check_cannot_read_is_status_2(tmp_path, text):
    path = tmp_path / "api.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    result = called("check", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"mockserver: {path}")


# Models


def test_a_model_that_cannot_be_imported_is_status_2():
    done = typed("check", "--model", "no_such_module:Model")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mockserver: no_such_module: there is no module 'no_such_module'")


def test_a_model_with_codes_that_the_contract_lacks_is_status_2_with_file_and_line(tmp_path):
    api = tmp_path / "lamps.yaml"
    api.write_text(LAMPS, encoding="utf-8")
    found = called("check", api, "--model", "tests.support.lamps:RejectingLamps")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr == (
        f"mockserver: {api}:7: /paths/~1lamps/get/responses: "
        "the model 'lamps' rejects with LAMP_BROKEN, which show-lamps does not list\n"
    )


def test_scenarios_are_checked_against_the_model(tmp_path):
    (api := tmp_path / "lamps.yaml").write_text(LAMPS, encoding="utf-8")
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "lit.yaml").write_text("summary: .\noperation: show-lamps\ngiven: {lamps: {hall: {is: on}}}\n")
    refused = called("check", api)
    assert "show-lamps has no model" in refused.output
    assert called("check", api, "--model", "tests.support.lamps:LampModel").exit_code == 0


LAMPS = """openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /lamps:
    get:
      operationId: show-lamps
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}
"""


def test_a_likely_slip_in_an_expression_is_a_note_and_no_finding(tmp_path):
    folder = scenarios(
        tmp_path / "mine", it="respond: {status: 400, body: {error: '{request.path.order_id} is new'}}"
    )
    result = called("check", "--scenarios", folder)
    assert result.exit_code == 0
    assert result.stderr == (
        f"note: {folder}/it.yaml:3: /respond/body/error: '{{request.path.order_id}}': an expression begins"
        " with {$; did you mean '{$request.path.order_id}'?\n"
    )
