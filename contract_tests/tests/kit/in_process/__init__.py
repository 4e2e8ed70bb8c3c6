"""Tests of clients in the process of pytest."""
