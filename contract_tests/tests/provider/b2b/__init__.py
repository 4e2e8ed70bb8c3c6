"""Tests of the buyer gateway."""
