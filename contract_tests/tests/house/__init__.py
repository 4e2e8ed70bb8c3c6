"""Tests of the house rules: imports, sizes, words, docs."""
