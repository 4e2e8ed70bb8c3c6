"""Tests of scenarios, checks and what is kept of them."""
