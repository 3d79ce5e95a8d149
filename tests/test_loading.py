"""Loading a backend from its files, and checking them against each other."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from mockserver.data.source import CannotRead, InvalidFiles, read
from mockserver.loading import ModelMismatch, bind_models, bundled_data, load_backend
from mockserver.models.carts.loading import read_world
from mockserver.models.carts.model import CartModel
from mockserver.scenarios.choice import UnknownChoice
from mockserver.settings import Settings
from tests.support.lamps import LampModel, RejectingLamps
from tests.support.patches import BUNDLED
from tests.support.paths import TEST_DATA, needs

DATA = bundled_data()
MODEL = CartModel(read_world(read(DATA / "fixtures/world.yaml").data))
NOTES = """
openapi: 3.1.0
info: {title: Notes, version: "1"}
paths:
  /notes:
    post:
      operationId: add-note
      requestBody:
        content: {application/json: {schema: {type: object, required: [text]}}}
      responses: {"204": {description: Done}}
"""
RESPOND = "summary: .\noperation: {operation}\nrespond: {{status: 204}}\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write(tmp_path / "api/notes.yaml", NOTES)


@pytest.fixture
def carts(tmp_path: Path) -> Path:
    """A copy of the bundled contract with its folders beside it, which a test may change."""
    shutil.copy(DATA / "fixtures/spec/carts.yaml", tmp_path)
    shutil.copytree(DATA / "fixtures", tmp_path / "fixtures")
    shutil.copytree(DATA / "scenarios", tmp_path / "scenarios")
    return tmp_path / "carts.yaml"


def faults(*specs: Path, **settings: Path) -> str:
    with pytest.raises(InvalidFiles) as caught:
        load_backend(Settings(specs=specs, **settings))
    return str(caught.value)


# What is looked for


def looked_for(settings: Settings) -> set[Path]:
    told: set[Path] = set()
    with suppress(CannotRead, InvalidFiles):
        load_backend(settings, before_read=told.add)
    return told


def test_each_file_and_folder_is_reported_before_it_is_read(carts):
    text = carts.read_text(encoding="utf-8").replace("#/components/schemas/PatchCartBody", "parts/body.yaml")
    write(carts, text)
    write(carts.parent / "parts/body.yaml", "$ref: deeper.yaml\n")
    write(carts.parent / "parts/deeper.yaml", "type: object\n")
    names = ("carts.yaml", "parts/body.yaml", "parts/deeper.yaml", "fixtures", "scenarios")
    assert looked_for(Settings(specs=(carts,))) == {carts.parent / name for name in names}


def test_missing_files_are_reported_too(notes):
    write(notes, NOTES.replace("{type: object, required: [text]}", "{$ref: gone.yaml}"))
    here = {notes, *(notes.parent / name for name in ("gone.yaml", "fixtures", "scenarios"))}
    bundled = {DATA / "fixtures", DATA / "scenarios", DATA / "fixtures/world.yaml"}
    assert looked_for(Settings(specs=(notes,))) - bundled == here


@pytest.mark.parametrize("name", ["fixtures", "scenarios"])
def test_a_named_folder_that_does_not_exist_is_reported(tmp_path, name):
    assert tmp_path / "gone" in looked_for(Settings(**{name: tmp_path / "gone"}))


# The bundled carts


def test_without_settings_the_bundled_carts_are_loaded():
    assert [operation.id for operation in BUNDLED.contract.operations] == ["update-a-cart"]
    assert list(BUNDLED.models) == list(BUNDLED.samples) == ["update-a-cart"]
    assert BUNDLED.models["update-a-cart"].name == "carts"
    assert BUNDLED.fixtures == DATA / "fixtures"


def test_the_bundled_folder_holds_fixtures_and_scenarios():
    assert (DATA / "fixtures/world.yaml").is_file()
    assert (DATA / "scenarios/order-not-cart.yaml").is_file()


@pytest.mark.parametrize(
    ("code", "name"), [("ORDER_NOT_CART", "order-not-cart"), ("INVALID_USER", "invalid-user"), ("NOPE", None)]
)
def test_the_scenario_that_forces_a_code_is_found(code, name):
    found = BUNDLED.scenario_for_error("update-a-cart", code)
    assert (found.name if found else None) == name


def test_a_scenario_forces_an_error_code_only_for_its_operation():
    assert BUNDLED.scenario_for_error("another", "ORDER_NOT_CART") is None


# Folders: named, beside the document, bundled


def test_the_folders_beside_the_document_are_loaded(carts):
    backend = load_backend(Settings(specs=(carts,)))
    assert backend.fixtures == carts.parent / "fixtures"
    assert {read.document.path.parent for read in backend.scenarios.values()} == {carts.parent / "scenarios"}


def test_the_folders_beside_the_first_document_are_loaded(carts, notes):
    assert load_backend(Settings(specs=(carts, notes))).fixtures == carts.parent / "fixtures"
    assert load_backend(Settings(specs=(notes, carts))).fixtures == DATA / "fixtures"


def test_a_named_folder_has_precedence_over_the_one_beside_the_document(carts, tmp_path):
    write(
        tmp_path / "mine/only.yaml",
        "summary: .\noperation: update-a-cart\nrespond: {error: CART_NOT_FOUND}\n",
    )
    backend = load_backend(Settings(specs=(carts,), scenarios=tmp_path / "mine"))
    assert list(backend.scenarios) == ["only"]
    assert backend.fixtures == carts.parent / "fixtures"


@pytest.mark.parametrize("name", ["fixtures", "scenarios"])
def test_a_named_folder_that_does_not_exist_cannot_be_read(name, tmp_path):
    with pytest.raises(CannotRead, match="nowhere: there is no such folder"):
        load_backend(Settings(**{name: tmp_path / "nowhere"}))


def test_bundled_scenarios_and_samples_of_other_operations_are_left_out(notes):
    backend = load_backend(Settings(specs=(notes,)))
    assert (dict(backend.models), dict(backend.scenarios), dict(backend.samples)) == ({}, {}, {})


def test_a_user_s_scenario_of_an_unknown_operation_is_an_error(notes):
    write(notes.parent / "scenarios/down.yaml", RESPOND.format(operation="add-notes"))
    assert faults(notes) == (
        f"{notes.parent}/scenarios/down.yaml:2: /operation: "
        "the contract has no operation 'add-notes'; did you mean 'add-note'?"
    )


def test_a_user_s_sample_of_an_unknown_operation_is_an_error(notes):
    path = write(notes.parent / "fixtures/requests/add-notes.yaml", "body: {}")
    assert faults(notes) == f"{path}: the contract has no operation 'add-notes'; did you mean 'add-note'?"


def test_fixtures_without_a_world_use_the_bundled_one(carts):
    (carts.parent / "fixtures/world.yaml").unlink()
    assert load_backend(Settings(specs=(carts,))).models["update-a-cart"].initial == MODEL.initial


# What is wrong with the files


def test_a_world_that_contradicts_itself_is_named_with_file_and_line(carts):
    path = carts.parent / "fixtures/world.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(index for index, line in enumerate(lines) if "state: ordered" in line)
    lines[at] = lines[at].replace("ordered", "orderd")
    write(path, "\n".join(lines))
    assert faults(carts).startswith(f"{path}:{at + 1}: ")
    assert "did you mean 'ordered'?" in faults(carts)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("body: {order_items: []}", ["update-a-cart.yaml:1: /body/order_items", "at least"]),
        ("path: {order_id: '0'}\nbody: {}", ["update-a-cart.yaml:1: /path/order_id", "order_id"]),
        ("bdy: {}", ["update-a-cart.yaml:1: /bdy: unknown key 'bdy'; did you mean 'body'?"]),
        ("path: {order_id: '42'}", ["the body is missing"]),
        ("body: {}", ["/path/order_id", "is missing"]),
    ],
    ids=["an invalid body", "an invalid path", "an unknown key", "no body", "no path"],
)
def test_a_sample_request_that_breaks_the_contract_is_named_with_file_and_line(carts, text, named):
    write(carts.parent / "fixtures/requests/update-a-cart.yaml", text)
    assert [word for word in named if word not in faults(carts)] == []


def test_all_findings_are_reported_at_once(carts):
    write(carts.parent / "fixtures/requests/update-a-cart.yaml", "bdy: {}")
    write(carts.parent / "scenarios/broken.yaml", "[]")
    write(carts.parent / "scenarios/slow.yaml", "summary: .")
    found = faults(carts)
    assert [name for name in ("update-a-cart.yaml", "broken.yaml", "slow.yaml") if name not in found] == []


def test_an_undocumented_error_code_of_a_model_is_an_error_at_the_responses(carts):
    text = carts.read_text(encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each.strip() == "responses:")
    with pytest.raises(ModelMismatch) as caught:
        load_backend(Settings(specs=(carts,)), [RejectingLamps(operation="update-a-cart")])
    assert str(caught.value) == (
        f"{carts}:{line}: /paths/~1carts~1{{order_id}}/patch/responses: "
        "the model 'lamps' rejects with LAMP_BROKEN, which update-a-cart does not list"
    )


def test_the_cart_model_leaves_an_operation_that_lacks_some_of_its_codes_and_a_notice_says_so(carts):
    text = carts.read_text(encoding="utf-8").replace("INVALID_ADDRESS", "WRONG_ADDRESS")
    write(carts, text)
    shutil.rmtree(carts.parent / "scenarios")
    backend = load_backend(Settings(specs=(carts,)))
    assert backend.models == {}
    assert [each.message for each in backend.contract.notices] == [
        "the cart model does not answer update-a-cart: not listed are INVALID_ADDRESS"
    ]


@pytest.mark.parametrize("operation_id", ["update-a-cart", "changeCart"])
def test_a_foreign_cart_is_served_as_any_document(tmp_path, operation_id):
    path = tmp_path / "shop.yaml"
    write(
        path,
        f"""
openapi: 3.0.3
info: {{title: Shop, version: "1"}}
paths:
  /carts/{{id}}:
    patch:
      operationId: {operation_id}
      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
      responses: {{"200": {{description: Changed}}}}
""",
    )
    assert load_backend(Settings(specs=(path,))).models == {}


def test_the_first_model_that_handles_an_operation_is_bound_to_it(notes):
    contract = BUNDLED.contract
    assert bind_models(contract, [MODEL, CartModel(MODEL.initial)]) == {"update-a-cart": MODEL}
    assert bind_models(contract, []) == {}
    assert bind_models(load_backend(Settings(specs=(notes,))).contract, [MODEL]) == {}


def test_the_cart_model_answers_any_document_of_that_api(carts):
    text = carts.read_text(encoding="utf-8")
    write(
        carts,
        text.replace("order_id", "cartId").replace("operationId: update-a-cart", "operationId: patchCart"),
    )
    shutil.rmtree(carts.parent / "fixtures")
    shutil.rmtree(carts.parent / "scenarios")
    assert list(load_backend(Settings(specs=(carts,))).models) == ["patchCart"]


PAGE = TEST_DATA / "spec/update-a-cart.md"


@needs(PAGE)
def test_the_vendor_s_page_serves_like_the_bundled_contract():
    backend = load_backend(Settings(specs=(PAGE,)))
    assert list(backend.models) == ["update-a-cart"]
    assert list(backend.scenarios) == list(BUNDLED.scenarios)


LAMPS = """openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /lamps: {get: {operationId: show-lamps, responses: {"200": {description: All.}}}}
  /lamps/{id}:
    get:
      operationId: show-lamp
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: One.}}
"""


@pytest.mark.parametrize(
    ("models", "stateful", "message"),
    [
        (
            [LampModel(), LampModel("lights", operation="show-lamp")],
            False,
            "the models 'lamps' and 'lights' both have the collection 'lamps'",
        ),
        ([LampModel()], True, "the models 'lamps' and 'resources' both have the collection 'lamps'"),
    ],
    ids=["two models", "a model and the resources"],
)
def test_models_that_share_a_collection_are_an_error_with_both_names(tmp_path, models, stateful, message):
    path = write(tmp_path / "lamps.yaml", LAMPS)
    with pytest.raises(InvalidFiles) as caught:
        load_backend(Settings(specs=(path,), stateful=stateful), models)
    assert str(caught.value) == f"{path}: {message}"


def test_resources_leave_out_what_another_model_answers(tmp_path):
    path = write(tmp_path / "lamps.yaml", LAMPS)
    models = [LampModel(collection="lights"), LampModel("others", "others", "show-lamp")]
    backend = load_backend(Settings(specs=(path,), stateful=True), models)
    assert [*backend.distinct_models] == ["lamps", "others"]


def test_bundled_scenarios_of_an_ambiguous_operation_are_left_out(tmp_path):
    text = (DATA / "fixtures/spec/carts.yaml").read_text(encoding="utf-8")
    paths = write(tmp_path / "a.yaml", text), write(tmp_path / "b.yaml", text)
    backend = load_backend(Settings(specs=paths), prefixes=["a", "b"])
    assert (backend.scenarios, backend.samples) == ({}, {})
    assert set(backend.models) == {"a/update-a-cart", "b/update-a-cart"}


def test_given_models_replace_the_cart_model(tmp_path):
    assert load_backend(Settings(scenarios=tmp_path), models=[]).models == {}


# Models of the settings


def test_without_a_model_the_contract_answers(carts):
    shutil.rmtree(carts.parent / "scenarios")
    assert load_backend(Settings(specs=(carts,), model=False)).models == {}


def test_a_named_model_replaces_the_cart_model():
    backend = load_backend(Settings(models=("tests.support.lamps:CartLamps",)))
    assert [model.name for model in backend.models.values()] == ["lamps"]


def test_a_named_model_without_models_is_a_contradiction():
    with pytest.raises(CannotRead, match="--model and --no-model exclude each other"):
        load_backend(Settings(models=("tests.support.lamps:LampModel",), model=False))


def test_the_setting_scenario_names_several_divided_by_commas():
    settings = Settings(scenario="order-not-cart, slow")
    session = load_backend(settings).first_session(settings)
    assert [each.data for each in session.stubs] == ["order-not-cart,slow"]
    with pytest.raises(UnknownChoice, match="there is no scenario 'slwo'; did you mean 'slow'"):
        load_backend(Settings(scenario="order-not-cart,slwo"))
