"""Broken clients of the stream."""

BROKEN = ()
