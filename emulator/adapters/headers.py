"""The text of a header's value: UTF-8 where it is that, else Latin-1, so that no client's value is lost."""

from __future__ import annotations


def decoded_value(value: bytes) -> str:
    """Read a value that came over the wire."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def encoded_value(text: str) -> bytes:
    """Write a value as it goes over the wire."""
    return text.encode("utf-8")
