"""Odd clients of the stream."""

ODD = ()
