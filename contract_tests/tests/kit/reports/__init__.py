"""Tests of reports and guides."""
