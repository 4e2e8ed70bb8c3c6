"""Reads a form that was sent in parts, files among them."""

from __future__ import annotations

from typing import Any

FORM = "multipart/form-data"


def form_value(media_type: str, body: bytes) -> dict[str, Any]:
    """Give a form as an object: a field as text, the files of one name as a list of their contents.

    Shapes: a field that is there twice is a list too; a file is a text of one character a byte, so that a
    schema can hold it to be a string.
    Errors: ValueError for a body that is no such form.
    """
    from email.parser import BytesParser  # only the few operations that take files need it
    from email.policy import HTTP

    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + body
    )
    boundary = message.get_boundary()
    if boundary and body.strip() == f"--{boundary}--".encode():
        return {}
    if not message.is_multipart() or message.defects:
        raise ValueError("it is no multipart/form-data with its boundary")
    value: dict[str, Any] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise ValueError(f"{name} is a form by itself")
        if part.get_filename() is None:
            text = content.decode("utf-8", "replace")
            value[name] = [*_texts(value[name]), text] if name in value else text
        else:
            value[name] = [*_texts(value.get(name, [])), content.decode("latin-1")]
    return value


def _texts(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
