"""Tests of what drives an integration."""
