"""What a server answers from: contract, models, scenarios and samples, as one value."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from mockserver.contract.mutations import Mutations
from mockserver.contract.operation import Contract
from mockserver.contract.routing.router import Router
from mockserver.model import AnyModel
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
    has_foreign_fixtures: bool  # the fixtures are the bundled ones, but the contract is another

    @property
    def distinct_models(self) -> dict[str, AnyModel]:
        """The models that answer any operation, by name."""
        return {model.name: model for model in self.models.values()}

    def initial_states(self, scenario: str | None) -> dict[str, object]:
        """The states of a new session, by the model's name, after the `given` of a scenario."""
        states: dict[str, object] = {name: model.initial for name, model in self.distinct_models.items()}
        return states if scenario is None else self.apply_given(self.scenarios[scenario], states)

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
