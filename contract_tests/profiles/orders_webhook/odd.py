"""Odd clients that are called and are right."""

from __future__ import annotations

from contract_tests.profiles.variants import Odd

ODD: tuple[Odd, ...] = ()
