"""Tests of what holds for every family: access, limits, start-up, fuzzing by the specs."""
