"""Judges: pure functions from a recorded history to findings."""
