"""The text of a header's value: UTF-8 where it is that, else Latin-1, so that no client's value is lost."""

from __future__ import annotations

from collections.abc import Iterable


def decoded_value(value: bytes) -> str:
    """Read a value that came over the wire."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def encoded_value(text: str) -> bytes:
    """Write a value as it goes over the wire."""
    return text.encode("utf-8")


def joined_headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Read headers as they came; a Host that came twice is both of them, and so nobody's."""
    headers: dict[str, str] = {}
    for raw_name, value in pairs:
        name = raw_name.decode("latin-1")
        text = decoded_value(value)
        headers[name] = f"{headers[name]}, {text}" if name == "host" and name in headers else text
    return headers
