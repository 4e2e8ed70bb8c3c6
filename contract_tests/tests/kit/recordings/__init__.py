"""Tests of recordings that were made elsewhere."""
