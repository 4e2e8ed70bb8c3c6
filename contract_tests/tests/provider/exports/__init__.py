"""The export centre."""
