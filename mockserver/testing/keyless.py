"""What the pytest plugin does with requests that have no session key: the setting `mockserver_keyless`."""

from typing import Literal, TypeAlias, cast

from msgspec.structs import replace

from mockserver.settings import Settings
from mockserver.settings.resolution import InvalidSettings, Values
from mockserver.testing.mutation_run import has_own_server, is_of_mutate, is_xdist_worker

Keyless: TypeAlias = Literal["adopt", "refuse", "default"]


def keyless_policy(values: Values) -> Keyless:
    """The policy of a run; raises InvalidSettings if a running server cannot have it.

    A server of `mockserver mutate` can, unless workers of pytest-xdist share it. Another running server may
    be shared, so it adopts only if the setting says so, and cannot refuse.
    """
    resolved = {each.setting.name: each for each in values}
    chosen = cast("Keyless | None", resolved["keyless"].value)
    url = resolved["url"]
    if not url.value or has_own_server():
        return chosen or ("refuse" if resolved["strict-sessions"].value else "adopt")
    if is_of_mutate():
        return "default"
    if chosen == "refuse" or (chosen == "adopt" and is_xdist_worker()):
        shared = ", which the workers of pytest-xdist share" if chosen == "adopt" else ""
        needed = "needs a server that the plugin starts"
        sentence = f"{chosen!r} {needed}, but {url.origin} names a running one{shared}"
        raise InvalidSettings([f"{resolved['keyless'].origin}: {sentence}"])
    return chosen or "default"


def with_keyless_policy(settings: Settings, policy: Keyless) -> Settings:
    """The settings of a server that the plugin starts."""
    return settings if policy == "default" else replace(settings, strict_sessions=policy == "refuse")
