"""The emulator of Trendyol's stage: what its users may import, each loaded when it is asked for."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.app import create_app
    from emulator.attach.environment import attached_variables
    from emulator.contract.contract import rule_sentences, vendor_hosts
    from emulator.control.spec_views import law_views
    from emulator.secret_texts import MASK, mask_secrets
    from emulator.settings import Settings

__all__ = [
    "MASK",
    "Settings",
    "__version__",
    "attached_variables",
    "create_app",
    "law_views",
    "mask_secrets",
    "rule_sentences",
    "vendor_hosts",
]
__version__ = "0.1.0"
_HOMES = {
    "attached_variables": "emulator.attach.environment",
    "create_app": "emulator.app",
    "law_views": "emulator.control.spec_views",
    "MASK": "emulator.secret_texts",
    "mask_secrets": "emulator.secret_texts",
    "Settings": "emulator.settings",
    "rule_sentences": "emulator.contract.contract",
    "vendor_hosts": "emulator.contract.contract",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for: importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
