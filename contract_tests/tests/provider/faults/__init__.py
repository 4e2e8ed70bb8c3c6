"""Tests of planned faults and of what the wire does."""
