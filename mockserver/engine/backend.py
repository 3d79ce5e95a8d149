"""What a server answers from: contract, models, scenarios and samples, as one value."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.mutations import Mutations
from mockserver.contract.operation import Contract
from mockserver.contract.routing.router import Router
from mockserver.contract.secret_marks import SecretMarks
from mockserver.engine.session import Session
from mockserver.model import AnyModel
from mockserver.scenarios.choice import UnknownChoice
from mockserver.scenarios.samples import Sample
from mockserver.scenarios.scenario import Given, Respond, Scenario


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

    @property
    def distinct_models(self) -> dict[str, AnyModel]:
        """The models that answer any operation, by name."""
        return {model.name: model for model in self.models.values()}

    def first_session(self, scenario: str | None) -> Session:
        """The content with which each session begins; it has chosen the scenario, if one is named."""
        first = Session("", {name: model.initial for name, model in self.distinct_models.items()})
        return first if scenario is None else self.choose_scenario(first, scenario)

    def choose_scenario(self, session: Session, name: str) -> Session:
        """The session with this scenario as its choice, and with its `given` in the states.

        Raises UnknownChoice.
        """
        if name not in self.scenarios:
            raise UnknownChoice("scenario", name, tuple(self.scenarios))
        return replace(session, scenario=name, states=self.apply_given(self.scenarios[name], session.states))

    def apply_given(self, scenario: Scenario, states: Mapping[str, object]) -> dict[str, object]:
        """The states, by the model's name, changed by the scenario's `given` if it has one."""
        changed = dict(states)
        if isinstance(scenario.action, Given):
            models = self.distinct_models
            for name, part in scenario.action.changes.items():
                changed[name] = models[name].lay(changed[name], part)
        return changed

    def scenario_for_error(self, operation: str, error: str) -> Scenario | None:
        """The scenario that forces an error code of an operation, preferably the one named after the code."""
        namesake = self.scenarios.get(error.lower().replace("_", "-"))
        for scenario in (*([namesake] if namesake else []), *self.scenarios.values()):
            action = scenario.action
            if scenario.operation.id == operation and isinstance(action, Respond) and action.error == error:
                return scenario
        return None
