"""Loads a backend from its files: contract, models, scenarios and samples, checked against each other."""

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from msgspec.structs import replace

from mockserver.contract.mutations import Mutations
from mockserver.contract.operation import Contract, Operation
from mockserver.contract.operation_names import OperationNameError
from mockserver.contract.reader.load import load
from mockserver.contract.routing.router import Router
from mockserver.contract.secret_marks import SecretMarks
from mockserver.contract.validation import check_request
from mockserver.data.reading import BadData, Cursor
from mockserver.data.source import CannotRead, Document, Finding, InvalidFiles, read
from mockserver.data.suggest import did_you_mean
from mockserver.engine.backend import Backend
from mockserver.engine.states import model_errors
from mockserver.model import AnyModel
from mockserver.models.carts.loading import read_world
from mockserver.models.carts.model import CartModel
from mockserver.models.imported import imported_models
from mockserver.models.resources.model import ResourceModel
from mockserver.models.resources.seed_files import load_seeds
from mockserver.scenarios.choice import UnknownChoice
from mockserver.scenarios.context import Context
from mockserver.scenarios.files import load_scenarios
from mockserver.scenarios.network import network_of_settings
from mockserver.scenarios.samples import Sample, read_sample
from mockserver.scenarios.stub_files import FileStub, load_stubs
from mockserver.settings import Settings


class ModelMismatch(InvalidFiles):
    """Models that do not fit the contract or each other."""


def load_backend(
    settings: Settings,
    models: Sequence[AnyModel] | None = None,
    before_read: Callable[[Path], None] = lambda path: None,
    prefixes: Sequence[str] | None = None,
) -> Backend:
    """Read and check the files that the settings name.

    Raises CannotRead, InvalidFiles, InvalidSettings or UnknownChoice.
    `models` replace those of the settings, and these replace the cart model, which reads its world from the
    fixtures. `before_read` gets each file and folder before it is read, even if it does not exist. `prefixes`
    has the prefix of each document's operations, in their full names.
    """
    network_of_settings(settings)
    bundled = bundled_data()
    specs = settings.specs or (bundled / "fixtures" / "spec" / "carts.yaml",)
    contract = load(
        specs,
        prefixes=prefixes,
        strict=settings.strict,
        formats=settings.formats,
        allow_refs=settings.allow_refs,
        before_read=before_read,
    )
    fixtures = _folder(settings.fixtures, specs[0].parent / "fixtures", before_read)
    scenarios = _folder(settings.scenarios, specs[0].parent / "scenarios", before_read)
    has_bundled_fixtures = fixtures == bundled / "fixtures"
    findings: list[Finding] = []
    candidates = _models(settings, fixtures, before_read) if models is None else list(models)
    if settings.stateful:
        without = bind_models(contract, candidates)
        resources = ResourceModel(contract, without=without, largest=settings.largest_state)
        load_seeds(fixtures, resources, before_read, findings, lenient=has_bundled_fixtures)
        candidates.append(resources)
    bound = _checked_models(contract, candidates, specs[0])
    contract = replace(contract, notices=(*contract.notices, *_unclaimed_carts(contract, candidates)))
    context = Context(contract, bound, fixtures, lenient=scenarios == bundled / "scenarios")
    backend = Backend(
        contract=contract,
        router=Router(contract.operations),
        models=bound,
        scenarios=load_scenarios(scenarios, context, findings),
        samples=load_samples(fixtures, contract, findings, lenient=has_bundled_fixtures),
        fixtures=fixtures,
        mutations=Mutations(contract),
        secrets=SecretMarks(contract, settings.mask),
        has_foreign_fixtures=bool(settings.specs) and has_bundled_fixtures,
        stubs=_stubs(settings.stubs, context, before_read, findings),
    )
    if findings:
        raise InvalidFiles(findings)
    for name in settings.scenario.split(",") if settings.scenario is not None else ():
        if name.strip() not in backend.scenarios:
            raise UnknownChoice("scenario", name.strip(), tuple(backend.scenarios))
    return backend


def _stubs(
    paths: Sequence[Path], context: Context, before_read: Callable[[Path], None], findings: list[Finding]
) -> tuple[FileStub, ...]:
    """The stubs of these files; errors are added to the findings. Raises CannotRead."""
    for path in paths:
        before_read(path)
    return tuple(load_stubs(paths, context, findings))


def bundled_data() -> Path:
    """The folder of the bundled `fixtures` and `scenarios`, in the installed package or in the checkout."""
    installed = Path(str(files("mockserver"))) / "_data"
    return installed if installed.is_dir() else installed.parent.parent


def _models(settings: Settings, fixtures: Path, before_read: Callable[[Path], None]) -> list[AnyModel]:
    """The models that the settings name, else the cart model unless they want none."""
    models = _own_models(settings)
    return [_cart_model(fixtures, before_read)] if settings.model and not models else models


def _checked_models(contract: Contract, models: Sequence[AnyModel], spec: Path) -> dict[str, AnyModel]:
    """The model of each operation, by its full name; raises ModelMismatch, with `spec` as the file."""
    bound = bind_models(contract, models)
    sentences = model_errors({id(model): model for model in bound.values()}.values())
    if errors := [Finding(spec, None, "", sentence) for sentence in sentences]:
        raise ModelMismatch(errors)
    return bound


def bind_models(contract: Contract, models: Sequence[AnyModel]) -> dict[str, AnyModel]:
    """The first model that handles each operation, by the operation's full name.

    Models get the names in the documents, so that a model for a document works under any prefix. Raises
    ModelMismatch for error codes of a model that the contract does not list; the cart model leaves such an
    operation to the contract.
    """
    bound: dict[str, AnyModel] = {}
    findings: list[Finding] = []
    for operation in contract.operations:
        for model in models:
            name = operation.operation_id
            if model.handles(name, operation.method, operation.path) and not (
                isinstance(model, CartModel) and _unlisted_codes(operation, model)
            ):
                bound[operation.id] = model
                findings += [
                    operation.document.finding(
                        f"{operation.pointer}/responses",
                        f"the model {model.name!r} rejects with {code}, which {operation.id} does not list",
                    )
                    for code in _unlisted_codes(operation, model)
                ]
                break
    if findings:
        raise ModelMismatch(findings)
    return bound


def _unlisted_codes(operation: Operation, model: AnyModel) -> list[str]:
    """The error codes of a model that the contract does not list for an operation."""
    return [code for code in model.codes(operation.operation_id) if operation.status_of(code) is None]


def _unclaimed_carts(contract: Contract, models: Sequence[AnyModel]) -> Iterator[Finding]:
    """A notice for each operation of which the cart model's API lists some codes only, which is a slip."""
    for model in models:
        for operation in contract.operations if isinstance(model, CartModel) else ():
            missing = _unlisted_codes(operation, model)
            if model.handles(operation.operation_id, operation.method, operation.path) and 0 < len(
                missing
            ) < len(model.codes(operation.operation_id)):
                message = (
                    f"the cart model does not answer {operation.id}: not listed are {', '.join(missing)}"
                )
                yield operation.document.finding(f"{operation.pointer}/responses", message)


def _own_models(settings: Settings) -> list[AnyModel]:
    """The models that the settings name; raises CannotRead."""
    if settings.models and not settings.model:
        raise CannotRead(Path(settings.models[0]), None, "--model and --no-model exclude each other")
    return imported_models(settings.models)


def load_samples(
    fixtures: Path, contract: Contract, findings: list[Finding], *, lenient: bool
) -> dict[str, Sample]:
    """The sample requests of `requests/`, by the operation's full name; errors are added to the findings.

    A file is named after its operation; a full name is a path: `requests/shop/list-items.yaml`. `lenient`:
    samples that do not fit the contract are left out.
    """
    samples: dict[str, Sample] = {}
    folder = fixtures / "requests"
    for path in sorted(folder.glob("**/*.y*ml")):
        document = read(path)
        name = path.relative_to(folder).with_suffix("").as_posix()
        if lenient and len(contract.names.candidates(name)) != 1:
            continue
        try:
            operation = contract.operation(name)
        except OperationNameError as error:
            findings.append(Finding(path, None, "", str(error)))
            continue
        cursor = Cursor(document.data)
        sample = read_sample(cursor)
        findings += [document.finding(error.pointer, error.message) for error in cursor.errors]
        if cursor.errors:
            continue
        violations = list(_sample_findings(document, sample, operation))
        if not violations or not lenient:  # a bundled sample may be for another version of the contract
            samples[operation.id] = sample
            findings += violations
    return samples


def _sample_findings(document: Document, sample: Sample, operation: Operation) -> Iterator[Finding]:
    """The sample's violations of the contract, and the path parameters that the operation does not have."""
    known = [each.name for each in operation.parameters if each.location == "path"]
    for name in sample.path.keys() - set(known):
        message = f"{operation.path} has no parameter {name!r}{did_you_mean(name, known)}"
        yield document.finding(f"/path/{name}", message)
    for each in check_request(operation, sample.raw_path, sample.request(operation)).violations:
        yield document.finding(f"/{each.location}{each.pointer}", each.message)


def _folder(given: Path | None, beside: Path, before_read: Callable[[Path], None]) -> Path:
    """The folder that the settings name, else the one beside the document, else the bundled one.

    Raises CannotRead where the named folder does not exist.
    """
    wanted = given or beside
    before_read(wanted)
    if wanted.is_dir():
        return wanted
    if given is not None:
        raise CannotRead(given, None, "there is no such folder")
    bundled = bundled_data() / beside.name
    before_read(bundled)
    return bundled


def _cart_model(fixtures: Path, before_read: Callable[[Path], None]) -> CartModel:
    """The cart model with the fixtures' world.yaml, else the bundled one; raises CannotRead, InvalidFiles."""
    path = fixtures / "world.yaml"
    if not path.is_file():
        path = bundled_data() / "fixtures" / "world.yaml"
        before_read(path)
    document = read(path)
    try:
        return CartModel(read_world(document.data))
    except BadData as bad:
        raise document.invalid(bad) from None
