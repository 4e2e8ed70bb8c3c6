"""Pytest plugin: fixtures that hand a test its own stage."""
