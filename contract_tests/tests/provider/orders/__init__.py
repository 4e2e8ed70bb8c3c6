"""Tests of the order services and the life of packages."""
