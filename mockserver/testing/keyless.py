"""What the pytest plugin does with requests that have no session key: the setting `mockserver_keyless`."""

from typing import Literal, TypeAlias, cast

from msgspec.structs import replace

from mockserver.settings import Settings
from mockserver.settings.resolution import InvalidSettings, Values
from mockserver.settings.sources import Environment
from mockserver.testing.mutation_run import has_own_server

Keyless: TypeAlias = Literal["adopt", "refuse", "default"]


def keyless_policy(values: Values) -> Keyless:
    """The policy of a run; raises InvalidSettings if a running server cannot have it.

    A server of `mockserver mutate` can, unless workers of pytest-xdist share it. For another server that an
    environment variable names, the policy is `default`, whatever the configuration file says.
    """
    resolved = {each.setting.name: each for each in values}
    chosen = cast("Keyless | None", resolved["keyless"].value)
    url = resolved["url"]
    if not url.value or has_own_server():
        return chosen or ("refuse" if resolved["strict-sessions"].value else "adopt")
    if chosen not in (None, "default") and not isinstance(url.source, Environment):
        sentence = f"{chosen!r} needs a server that the plugin starts, but {url.origin} names a running one"
        raise InvalidSettings([f"{resolved['keyless'].origin}: {sentence}"])
    return "default"


def with_keyless_policy(settings: Settings, policy: Keyless) -> Settings:
    """The settings of a server that the plugin starts."""
    return settings if policy == "default" else replace(settings, strict_sessions=policy == "refuse")
