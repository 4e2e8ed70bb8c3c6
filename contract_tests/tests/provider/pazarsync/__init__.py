"""Tests of PazarSync."""
