"""A secret in every place of a request, well-formed and not, for tests that search outputs for it."""

from __future__ import annotations

import base64
import json
from typing import Any

SECRET = "Pl4nted-S3cret.77xyz"
BASIC = base64.b64encode(f"key:{SECRET}".encode()).decode()
JSON, FORM, TEXT = "application/json", "application/x-www-form-urlencoded", "text/plain"
UNNAMED: tuple[tuple[str, str], ...] = (
    ("Authorization", f"Basic {BASIC}"),
    ("Authorization", f"Basic {BASIC}!"),
    ("Authorization", f"basic  key:{SECRET}"),
    ("Authorization", SECRET),
    ("Authorization", f"Bearer {SECRET}"),
    ("Authorization", f"Bearer\t{SECRET}"),
    ("Authorization", f"{SECRET} {SECRET}"),
    ("Proxy-Authorization", f"Basic {BASIC}"),
    ("Proxy-Authorization", SECRET),
    ("Cookie", f"session={SECRET}; a=b"),
    ("X-Api-Key", SECRET),
    ("X-Client-Secret", SECRET),
    ("Api-Secret", SECRET),
    ("X-Note", f"Basic {BASIC}"),
    ("X-Note", f"authorization: Bearer {SECRET}"),
    ("Referer", f"http://key:{SECRET}@shop.example/?access_token={SECRET}"),
)
QUERIES = (
    f"access_token={SECRET}",
    f"client_secret={SECRET}&page=1",
    f"apiSecret={SECRET}",
    f"api_secret={SECRET}",
    f"password={SECRET}",
    f"client%5Fsecret={SECRET}",
    f"client%255Fsecret={SECRET}",
    f"a=1&ACCESS_TOKEN={SECRET}",
    f"Authorization=Basic%20{BASIC}",
    f"page=0&basic={BASIC}",
    f"token={SECRET}&size=1",
    f"auth={SECRET}",
    f"u=http://key:{SECRET}@shop.example",
)
BODIES: tuple[tuple[bytes, str], ...] = (
    (json.dumps({"client_secret": SECRET, "a": 1}).encode(), JSON),
    (json.dumps({"a": [{"apiSecret": SECRET}]}, indent=1).encode(), JSON),
    (b'{"client_secret": "' + SECRET.encode(), JSON),
    (b"{'client_secret': '" + SECRET.encode() + b"'}", JSON),
    (b"{client_secret: " + SECRET.encode() + b"}", JSON),
    (b'{"client\\u005fsecret": "' + SECRET.encode() + b'"}', JSON),
    (json.dumps(json.dumps({"access_token": SECRET})).encode(), JSON),
    (f"grant_type=x&client_secret={SECRET}&a=b".encode(), FORM),
    (f"client%5Fsecret={SECRET}".encode(), FORM),
    (f"client_secret: {SECRET}\n".encode(), TEXT),
    (f"Authorization: Basic {BASIC}\n".encode(), TEXT),
    (f"token is Bearer {SECRET}".encode(), TEXT),
    (json.dumps({"client_secret": SECRET}).encode("utf-16"), JSON),
    (json.dumps({"client_secret": SECRET}).encode("utf-16-le"), JSON),
    (json.dumps({"client_secret": SECRET}).encode("utf-16-be"), JSON),
    (b"\xff\xfe\xfd client_secret=" + SECRET.encode(), FORM),
    (b'\x80{"client_secret": "' + SECRET.encode() + b'"}', "application/octet-stream"),
)


def traces() -> list[str]:
    """What of the secret may stand nowhere."""
    return [SECRET, BASIC[8:], SECRET.encode("utf-16-le").decode("latin-1")]


def found_in(output: bytes) -> list[str]:
    """The traces of the secret in an output, in texts that are base64 too."""
    texts = [output.decode("latin-1"), output.decode("utf-8", "replace")]
    texts += list(_base64_texts(output))
    return [trace for trace in traces() if any(trace in text for text in texts)]


def _base64_texts(output: bytes) -> list[str]:
    try:
        return list(_decoded_in(json.loads(output)))
    except ValueError:
        return []


def _decoded_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _decoded_in(one)]
    if isinstance(value, list):
        return [text for one in value for text in _decoded_in(one)]
    try:
        return [base64.b64decode(value, validate=True).decode("latin-1")] if isinstance(value, str) else []
    except ValueError:
        return []
