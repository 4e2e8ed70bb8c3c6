"""The contract test kit: judges integrations through HTTP. Knows only create_app and Settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract_tests.pytest_plugin.contract import IntegrationContract

__all__ = ["IntegrationContract"]


def __getattr__(name: str) -> Any:
    """Load what is named when it is named: whoever imports the plugin pays for nothing else."""
    if name == "IntegrationContract":
        from contract_tests.pytest_plugin.contract import IntegrationContract

        return IntegrationContract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
