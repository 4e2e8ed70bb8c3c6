"""Judges of traffic: pure functions from a history and a rule to its evaluations.

One function serves many rules with other parameters (``rule.facts``), which stand in the specs.
Must not know: runs, exports, the world's truth, or the emulator.
"""
