"""Judges: pure functions from a recorded history and a rule to the occasions the rule had. No I/O."""
