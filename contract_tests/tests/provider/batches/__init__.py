"""Tests of the product lists."""
