"""Tests of the world: seeding, moves, people and places."""
