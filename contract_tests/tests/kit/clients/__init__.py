"""Tests with clients: right, odd, broken and public ones."""
