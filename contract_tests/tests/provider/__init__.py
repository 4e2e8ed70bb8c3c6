"""Tests of the emulator against its own specs."""
