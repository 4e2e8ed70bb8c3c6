"""Hypothesis strategies for scenarios."""
