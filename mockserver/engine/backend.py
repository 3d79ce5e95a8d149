"""What a server answers from: contract, models, scenarios and samples, as one value."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.mutations import Mutations
from mockserver.contract.operation import Contract, Operation
from mockserver.contract.operation_names import OperationNameError
from mockserver.contract.routing.router import Router
from mockserver.contract.secret_marks import SecretMarks
from mockserver.engine.session import Session, StubEntry
from mockserver.model import AnyModel
from mockserver.scenarios.choice import UnknownChoice
from mockserver.scenarios.context import Context
from mockserver.scenarios.network import network_of_settings
from mockserver.scenarios.samples import Sample
from mockserver.scenarios.scenario import Scenario
from mockserver.scenarios.stub import Given, Respond
from mockserver.scenarios.stub_files import FileStub, stub_text
from mockserver.settings import Settings
from mockserver.settings.resolution import InvalidSettings


class Backend(Struct, frozen=True):
    """Everything that was read at the start; `models` and `samples` are by the operation's full name."""

    contract: Contract
    router: Router
    models: Mapping[str, AnyModel]
    scenarios: Mapping[str, Scenario]
    samples: Mapping[str, Sample]
    fixtures: Path
    mutations: Mutations
    secrets: SecretMarks
    has_foreign_fixtures: bool  # the fixtures are the bundled ones, but the contract is another
    stubs: tuple[FileStub, ...] = ()  # with which each session begins, the newest first

    def stub_of_file(self, origin: str) -> FileStub | None:
        """The stub with this origin; None if the file no longer has it."""
        return next((each for each in self.stubs if each.origin == origin), None)

    def stub_with_data(self, data: str) -> FileStub | None:
        """The newest stub of the files with this JSON, if there is one."""
        return next((each for each in self.stubs if each.data == data), None)

    @property
    def context(self) -> Context:
        """What stubs that are laid at run time refer to."""
        return Context(self.contract, self.models, self.fixtures)

    def model_for(self, operation: Operation | None) -> AnyModel | None:
        """The model that answers an operation, if there is one."""
        return self.models.get(operation.id) if operation is not None else None

    @property
    def distinct_models(self) -> dict[str, AnyModel]:
        """The models that answer any operation, by name."""
        return {model.name: model for model in self.models.values()}

    def first_session(self, settings: Settings) -> Session:
        """The content with which each session begins, as the settings say.

        It has their stubs, scenario and network, and the operations that the mock answers. Raises
        UnknownChoice, and InvalidSettings for a delay, a fault or an operation.
        """
        states = {name: model.initial for name, model in self.distinct_models.items()}
        first = Session("", states, mocked=self._mocked(settings))
        for each in reversed(self.stubs):
            first = first.lay_stub(each.data, each.stub.times, each.origin)
        network = network_of_settings(settings)
        if network:
            first = first.with_network(stub_text(network))
        return first if settings.scenario is None else self.choose_scenario(first, settings.scenario)

    def _mocked(self, settings: Settings) -> tuple[str, ...]:
        """The full names of the operations that the mock answers although there is an upstream."""
        if settings.mock and settings.upstream is None:
            raise InvalidSettings(["--mock has no effect without --upstream; name the real backend, too"])
        try:
            return tuple(self.contract.names.resolve(name) for name in settings.mock)
        except OperationNameError as error:
            raise InvalidSettings([f"--mock: {error}"]) from None

    def choose_scenario(self, session: Session, names: str, times: int | None = None) -> Session:
        """The session with these scenarios, divided by commas, as its choice for their operations.

        Their `given` is laid into the states, but with `times` it holds for these calls alone. Raises
        UnknownChoice.
        """
        for operation, together in self.choices(names).items():
            if times is None:
                for name in together.split(","):
                    session = replace(session, states=self.apply_given(self.scenarios[name], session.states))
            session = session.lay_named(StubEntry(operation, together, "scenario", times=times))
        return session

    def choices(self, names: str) -> dict[str, str]:
        """The scenarios with these names, both divided by commas, by their operations' full names.

        Raises UnknownChoice.
        """
        chosen: dict[str, list[str]] = {}
        for name in (part.strip() for part in names.split(",")):
            scenario = self.scenarios.get(name)
            if scenario is None:
                raise UnknownChoice("scenario", name, tuple(self.scenarios))
            chosen.setdefault(scenario.operation.id, []).append(name)
        return {operation: ",".join(together) for operation, together in chosen.items()}

    def apply_given(self, scenario: Scenario, states: Mapping[str, object]) -> dict[str, object]:
        """The states, by the model's name, changed by the scenario's `given` if it has one."""
        changed = dict(states)
        if isinstance(scenario.stub.action, Given):
            models = self.distinct_models
            for name, part in scenario.stub.action.changes.items():
                changed[name] = models[name].lay(changed[name], part)
        return changed

    def scenario_for_error(self, operation: str, error: str) -> Scenario | None:
        """The scenario that forces an error code of an operation, preferably the one named after the code."""
        namesake = self.scenarios.get(error.lower().replace("_", "-"))
        for scenario in (*([namesake] if namesake else []), *self.scenarios.values()):
            action = scenario.stub.action
            if scenario.operation.id == operation and isinstance(action, Respond) and action.error == error:
                return scenario
        return None
