"""The path prefix of the control API."""

CONTROL_PREFIX = "/__mock"


def is_control_prefix(path: str) -> bool:
    """Whether a path can be the prefix of the control API: `/NAME`, without template or slash at its end."""
    return path.startswith("/") and not path.endswith("/") and "{" not in path
