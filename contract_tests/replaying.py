"""The address that tests saved by version 0.1.0 import; those of today import from contract_tests."""

from contract_tests.engine.replay import replayed

__all__ = ["replayed"]
