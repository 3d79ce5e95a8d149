"""What a server answers from: contract, models, scenarios and samples, as one value."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from mockserver.contract.mutations import Mutations
from mockserver.contract.operation import Contract
from mockserver.contract.routing.router import Router
from mockserver.model import AnyModel
from mockserver.scenarios.samples import Sample
from mockserver.scenarios.scenario import Given, Scenario


class Backend(Struct, frozen=True):
    """Everything that was read at start; `models` and `samples` are by operationId."""

    contract: Contract
    router: Router
    models: Mapping[str, AnyModel]
    scenarios: Mapping[str, Scenario]
    samples: Mapping[str, Sample]
    fixtures: Path
    mutations: Mutations
    borrowed: bool  # the fixtures are the bundled ones, and the contract is another

    @property
    def distinct_models(self) -> dict[str, AnyModel]:
        """The bound models, each once, by name."""
        return {model.name: model for model in self.models.values()}

    def birth(self, scenario: str | None) -> dict[str, object]:
        """The models' states in a new session, with the world of the scenario that each one begins with."""
        states: dict[str, object] = {name: model.initial for name, model in self.distinct_models.items()}
        return states if scenario is None else self.laid(self.scenarios[scenario], states)

    def laid(self, scenario: Scenario, states: Mapping[str, object]) -> dict[str, object]:
        """The models' states, with a scenario's `given` laid over its own."""
        changed = dict(states)
        if isinstance(scenario.act, Given):
            model = self.models[scenario.operation.id]
            changed[model.name] = model.lay(changed[model.name], scenario.act.changes)
        return changed

    def scenario_for(self, operation: str, error: str) -> Scenario | None:
        """The scenario that forces an error code of an operation: the one named after it, else any."""
        namesake = self.scenarios.get(error.lower().replace("_", "-"))
        for scenario in (*([namesake] if namesake else []), *self.scenarios.values()):
            if scenario.operation.id == operation and getattr(scenario.act, "error", None) == error:
                return scenario
        return None
