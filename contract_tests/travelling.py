"""The address that docs/in-process.md of version 0.1.0 gave to users who travel in time without pytest."""

from contract_tests.virtual_time.clock import travelled

__all__ = ["travelled"]
