"""The emulator of Trendyol's stage: `create_app`, `Settings` and the version, nothing else."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.app import create_app
    from emulator.settings import Settings

__all__ = ["Settings", "__version__", "create_app"]
__version__ = "0.1.0"
_HOMES = {"create_app": "emulator.app", "Settings": "emulator.settings"}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for: importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
