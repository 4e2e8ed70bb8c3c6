"""Plays scenarios, searches and shrinks, keeps what failed. The engine must not know a profile by name."""
