"""Tests of finance and the account behind it."""
