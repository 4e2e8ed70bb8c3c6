"""A secret in every place of a request, well-formed and not, for tests that search outputs for it."""

from __future__ import annotations

import base64
import json
from typing import Any

SECRET = "Pl4nted-S3cret.77xyz"
BASIC = base64.b64encode(f"key:{SECRET}".encode()).decode()
JSON, FORM, TEXT = "application/json", "application/x-www-form-urlencoded", "text/plain"
XML, PARTS = "text/xml", "multipart/form-data; boundary=B"


def part(disposition: str, text: str) -> bytes:
    """A form of one part."""
    return f"--B\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{text}\r\n--B--\r\n".encode()


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
    ("X-Auth", SECRET),
    ("X-Token", SECRET),
    ("ApiKey", SECRET),
    ("Api-Key", SECRET),
    ("X-CSRF-Token", SECRET),
    ("X-Amz-Security-Token", SECRET),
    ("Cookie2", f"session={SECRET}"),
    ("Forwarded", f"for=1;client_secret={SECRET}"),
    ("Trailer", f"client_secret={SECRET}"),
    ("X-Original-URL", f"/a?apiSecret={SECRET}"),
    ("Sec-WebSocket-Protocol", f"bearer, access_token={SECRET}"),
    ("Sec-WebSocket-Protocol", f"Bearer.{SECRET}"),
    (f"client_secret={SECRET}", "x"),
    (f"X-Api-Key-{SECRET}", "x"),
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
    f"client_secret[]={SECRET}",
    f"client_secret%5B%5D={SECRET}",
    f"client_secret[0]={SECRET}",
    f"auth[client_secret]={SECRET}",
    f"jwt={SECRET}",
    f"bearer={SECRET}",
    f"a=1;client_secret={SECRET}",
    f"a=1%23access_token={SECRET}",
)
PATHS = (
    f"/integration/product/sellers/2748/client_secret={SECRET}/x",
    f"/integration/product/sellers/2748/products/approved;access_token={SECRET}",
    f"/integration/product/client_secret%3D{SECRET}",
    f"/integration/product/Basic%20{BASIC}",
    f"/integration/http://key:{SECRET}@shop.example/",
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
    (json.dumps({"client_secret": [SECRET, SECRET]}).encode(), JSON),
    (json.dumps({"client_secret": {"value": SECRET}}).encode(), JSON),
    (f"<client_secret>{SECRET}</client_secret>".encode(), XML),
    (f'<call client_secret="{SECRET}"/>'.encode(), XML),
    (part('name="client_secret"', SECRET), PARTS),
    (part('name="client_secret"; filename="a.txt"', SECRET), PARTS),
    (part(f'name="files"; filename="client_secret={SECRET}.txt"', "x"), PARTS),
    (part(f"name=\"files\"; filename*=UTF-8''access_token%3D{SECRET}", "x"), PARTS),
    (part('name="client_secret"', SECRET)[:-8], PARTS),
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
