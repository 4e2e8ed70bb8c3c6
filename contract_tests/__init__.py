"""The contract test kit: judges integrations against the emulator, through HTTP only.

Public names are IntegrationContract, the class that users subclass, and replayed, which plays a saved
scenario again. Files of users import them from here: rooms below may move, these names do not.
The kit must not know the emulator's inside: create_app and Settings are all that it imports of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract_tests.engine.replay import replayed
    from contract_tests.pytest_plugin.contract import IntegrationContract

__all__ = ["IntegrationContract", "replayed"]


def __getattr__(name: str) -> Any:
    """Import a public name at its first use, so that the import of the plugin stays cheap."""
    if name == "IntegrationContract":
        from contract_tests.pytest_plugin.contract import IntegrationContract

        return IntegrationContract
    if name == "replayed":
        from contract_tests.engine.replay import replayed

        return replayed
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
