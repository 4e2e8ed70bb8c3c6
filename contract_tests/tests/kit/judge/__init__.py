"""Tests of rules and oracles."""
