"""Requests as bytes, proper and not, each with what may answer it; a data file, nothing is done here.

Source: RFC 9112 (HTTP/1.1), RFC 9110 (HTTP semantics), D; a server may always hang up on what is no HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass

HANG_UP = 0
"""In place of a status: the connection ends without an answer."""
HOST = b"Host: localhost\r\nConnection: close\r\n"
MOVE = b"POST /_emulator/clock/run HTTP/1.1\r\n" + HOST
ADVANCE = MOVE.replace(b"run", b"advance")
READ = b"GET /healthz HTTP/1.1\r\n" + HOST
JSON = b"Content-Type: application/json\r\n"
CHUNKED = MOVE + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
BAD = (400, HANG_UP)
LONG = 70_000


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape.

    Shapes: ``statuses`` are those that may answer first; ``answers`` is how many answers come at most; one
    that ``stops`` waits for more bytes, and the client closes its side.
    """

    name: str
    data: bytes
    statuses: tuple[int, ...] = BAD
    answers: int = 1
    stops: bool = False


def get(target: bytes, *statuses: int) -> tuple[bytes, tuple[int, ...]]:
    """A read of a target, and what may answer it."""
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n", statuses


def line(first: bytes) -> bytes:
    """A request with an odd first line."""
    return first + b"\r\n" + HOST + b"\r\n"


LENGTHS = {
    "two lengths": MOVE + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
    "two lengths in one": MOVE + b"Content-Length: 5, 6\r\n\r\nhello",
    "negative length": MOVE + b"Content-Length: -1\r\n\r\n",
    "length in words": MOVE + b"Content-Length: five\r\n\r\n",
    "plus length": MOVE + b"Content-Length: +5\r\n\r\nhello",
    "length with a point": MOVE + b"Content-Length: 5.0\r\n\r\nhello",
    "length in hexadecimal": MOVE + b"Content-Length: 0x5\r\n\r\nhello",
    "length with a blank inside": MOVE + b"Content-Length: 1 1\r\n\r\nhello world",
    "length beyond 64 bits": MOVE + b"Content-Length: 99999999999999999999999\r\n\r\nhello",
    "length of other digits": MOVE + "Content-Length: \u0665\r\n\r\nhello".encode(),
    "empty length": MOVE + b"Content-Length:\r\n\r\nhello",
    "length with an underscore": MOVE + b"Content-Length: 1_0\r\n\r\nhello12345",
}
CODINGS = {
    "odd coding": MOVE + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "coding that is not the last": MOVE + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "coding twice": MOVE + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "identity coding": MOVE + b"Transfer-Encoding: identity\r\n\r\nhello",
    "empty coding": MOVE + b"Transfer-Encoding:\r\n\r\nhello",
    "coding behind a tab": MOVE + b"Transfer-Encoding:\tgzip\r\n\r\nhello",
    "coding in quotes": MOVE + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
    "coding in HTTP/1.0": MOVE.replace(b"1.1", b"1.0", 1) + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunk without a size": CHUNKED + b"\r\nhello\r\n0\r\n\r\n",
    "chunk of a negative size": CHUNKED + b"-1\r\nhello\r\n0\r\n\r\n",
    "chunk of a size in words": CHUNKED + b"five\r\nhello\r\n0\r\n\r\n",
    "chunk of a size with 0x": CHUNKED + b"0x5\r\nhello\r\n0\r\n\r\n",
    "chunk of a size beyond 64 bits": CHUNKED + b"FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
    "chunk that is longer than it says": CHUNKED + b"2\r\nhello\r\n0\r\n\r\n",
    "chunk that ends with a line feed": CHUNKED + b"5\r\nhello\n0\r\n\r\n",
    "size that ends with a line feed": CHUNKED + b"2\n{}\r\n0\r\n\r\n",
    "size behind blanks": CHUNKED + b"  2\r\n{}\r\n0\r\n\r\n",
    "extension without an end": CHUNKED + b"2;" + b"a" * LONG,
    "trailer that is no header": CHUNKED + b"2\r\n{}\r\n0\r\nno header\r\n\r\n",
}
HEADS = {
    "blank before colon": MOVE + b"Content-Length : 5\r\n\r\nhello",
    "folded header": MOVE + b"X-A: 1\r\n 2\r\n\r\n",
    "folded header by a tab": MOVE + b"X-A: 1\r\n\t2\r\n\r\n",
    "blank before the first header": b"GET /healthz HTTP/1.1\r\n X-A: 1\r\n" + HOST + b"\r\n",
    "header without a name": READ + b": 1\r\n\r\n",
    "header without a colon": READ + b"no colon here\r\n\r\n",
    "header with a blank in its name": READ + b"X A: 1\r\n\r\n",
    "header with NUL in its name": READ + b"X\0A: 1\r\n\r\n",
    "header with NUL in its value": READ + b"X-A: 1\0002\r\n\r\n",
    "header with a return in its value": READ + b"X-A: 1\rX-B: 2\r\n\r\n",
    "header with a bell in its value": READ + b"X-A: 1\x07\r\n\r\n",
    "header with letters of no token in its name": READ + b"X(A): 1\r\n\r\n",
    "header named beyond ASCII": READ + "Mağaza: 1\r\n\r\n".encode(),
}
LINES = {
    "no version": b"GET /healthz\r\n\r\n",
    "version 2.0": line(b"GET /healthz HTTP/2.0"),
    "version 9.9": line(b"GET /healthz HTTP/9.9"),
    "version without a point": line(b"GET /healthz HTTP/11"),
    "version in small letters": line(b"GET /healthz http/1.1"),
    "version of another protocol": line(b"GET /healthz ICAP/1.0"),
    "words behind the version": line(b"GET /healthz HTTP/1.1 more"),
    "method of odd letters": line(b"G\xffT / HTTP/1.1"),
    "method with NUL": line(b"G\0T / HTTP/1.1"),
    "method with a colon": line(b"GET: / HTTP/1.1"),
    "no method": line(b" /healthz HTTP/1.1"),
    "no target": line(b"GET  HTTP/1.1"),
    "only a method": b"GET\r\n\r\n",
    "target with a blank": line(b"GET /health z HTTP/1.1"),
    "target with NUL": line(b"GET /healthz\0 HTTP/1.1"),
    "target with a tab": line(b"GET\t/healthz\tHTTP/1.1"),
    "target with a return": line(b"GET /healthz\r HTTP/1.1"),
    "target of brackets": line(b"GET http://[::1 HTTP/1.1"),
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
    "SSH hello": b"SSH-2.0-OpenSSH_9.6\r\n",
    "PROXY protocol": b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + READ + b"\r\n",
    "PROXY protocol of version 2": b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + b"\1" * 12 + READ + b"\r\n",
    "zeros": b"\0" * 1000,
    "any bytes": bytes(range(256)) * 8,
    "an answer in place of a request": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "JSON in place of a request": b'{"jsonrpc":"2.0","method":"x"}\r\n\r\n',
}
# The client stops in the middle; that nobody waits for it for ever is the matter of other tests.
UNFINISHED = {
    "chunk that is shorter than it says": CHUNKED + b"ff\r\nhello\r\n0\r\n\r\n",
    "chunks without an end": CHUNKED + b"2\r\n{}\r\n",
    "trailer without an end": CHUNKED + b"2\r\n{}\r\n0\r\nX-A: 1",
    "header name without an end": b"GET /healthz HTTP/1.1\r\n" + b"A" * LONG,
    "head without an end": READ + b"X-A: 1",
    "line feeds alone": b"\n" * 1000,
    "body cut short": MOVE + JSON + b"Content-Length: 50\r\n\r\n{}",
    "length of 20 GB": MOVE + b"Content-Length: 20000000000\r\n\r\nhello",
}
TOO_LONG = {
    "head of one long value": READ + b"X-A: " + b"1" * 1_000_000 + b"\r\n\r\n",
    "head of many lines": READ + b"X-A: 1\r\n" * 5_000 + b"\r\n",
    "first line without an end": b"GET /" + b"a" * 2_000_000,
}
# What HTTP knows and a server may be asked: answered once, as what it is.
PROPER = (
    Shape("target with a mark of its own", line(b"GET /healthz#part HTTP/1.1"), (200, 404, *BAD)),
    Shape("target without a slash", line(b"GET healthz HTTP/1.1"), (200, 404, *BAD)),
    Shape(
        "chunks and length",
        MOVE + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        (200, *BAD),
    ),
    Shape(
        "length and chunks",
        MOVE + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        (200, *BAD),
    ),
    Shape("absolute target", line(b"GET http://localhost/healthz HTTP/1.1"), (200,)),
    Shape("absolute target of another host", line(b"GET http://evil.example/healthz HTTP/1.1"), (200, *BAD)),
    Shape(
        "absolute target of a control request",
        line(b"GET http://evil.example/_emulator/clock HTTP/1.1"),
        (200, 403, *BAD),
    ),
    Shape("absolute target with a user", line(b"GET http://a:b@localhost/healthz HTTP/1.1"), (200, *BAD)),
    Shape("target of another scheme", line(b"GET ftp://localhost/healthz HTTP/1.1"), (200, 404, *BAD)),
    Shape("authority as the target", line(b"CONNECT localhost:80 HTTP/1.1"), (404, 405, 501, *BAD)),
    Shape("authority as the target of a read", line(b"GET localhost:80 HTTP/1.1"), (404, *BAD)),
    Shape("star as the target", line(b"OPTIONS * HTTP/1.1"), (200, 204, 404, 405, *BAD)),
    Shape("star as the target of a read", line(b"GET * HTTP/1.1"), (404, *BAD)),
    Shape("two slashes", *get(b"//healthz", 200, 404, *BAD)),
    Shape("a host behind two slashes", *get(b"//evil.example/healthz", 200, 404, *BAD)),
    Shape("backslashes", *get(b"\\healthz", 404, *BAD)),
    Shape("path up", *get(b"/../../etc/passwd", 404, *BAD)),
    Shape("path up, escaped", *get(b"/_emulator/docs/%2e%2e%2fetc/passwd", 404, *BAD)),
    Shape("path up, escaped twice", *get(b"/_emulator/docs/%252e%252e%252fetc/passwd", 404)),
    Shape("path up with backslashes", *get(b"/_emulator/docs/..%5c..%5cetc%5cpasswd", 404)),
    Shape("path up in overlong UTF-8", *get(b"/_emulator/docs/%c0%ae%c0%ae/etc/passwd", 404)),
    Shape("path up out of a world", *get(b"/w/../healthz", 404, 200, *BAD)),
    Shape("path with an escaped NUL", *get(b"/healthz%00.html", 404)),
    Shape("path with a half escape", *get(b"/healthz%2", 404, *BAD)),
    Shape("path with an escape of no number", *get(b"/%zz", 404, *BAD)),
    Shape("path of bytes beyond ASCII", *get("/mağaza".encode(), 404, *BAD)),
    Shape("path of bytes that are no UTF-8", *get(b"/\xff\xfe", 404, *BAD)),
    Shape("path of many slashes", *get(b"/" * 20_000, 404, 414, 431)),
    Shape("path of many segments", *get(b"/a" * 10_000, 404, 414, 431)),
    Shape("path with parameters", *get(b"/healthz;a=1", 404, 200)),
    Shape("query of 30,000 letters", *get(b"/healthz?" + b"a" * 30_000, 200, 400, 414, 431)),
    Shape("query of 2,000 pairs", *get(b"/healthz?" + b"a=1&" * 2_000, 200, 400, 414, 431)),
    Shape("query with two marks", *get(b"/healthz??a=1", 200, 400)),
    Shape("query of half escapes", *get(b"/healthz?%&%2&%zz=%", 200, 400)),
    Shape("line ends in a name", line(b"DELETE /_emulator/worlds/a%0d%0aX:1 HTTP/1.1"), (400, 404)),
    Shape("line ends in a query", *get(b"/healthz?a=%0d%0aX-A:%201", 200, 400)),
    Shape("method in small letters", line(b"get /healthz HTTP/1.1"), (405, 501, *BAD)),
    Shape("method that nobody knows", line(b"BREW /healthz HTTP/1.1"), (405, 501, *BAD)),
    Shape("method of 8,000 letters", line(b"A" * 8_000 + b" /healthz HTTP/1.1"), (405, 501, *BAD)),
    Shape("TRACE", line(b"TRACE /healthz HTTP/1.1"), (405, *BAD)),
    Shape("HEAD", line(b"HEAD /healthz HTTP/1.1"), (200,)),
    Shape("HTTP/1.0 without Host", b"GET /healthz HTTP/1.0\r\n\r\n", (200, 403, *BAD)),
    Shape("HTTP/1.1 without Host", b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", (200, 403, *BAD)),
    Shape(
        "control request without Host",
        b"POST /_emulator/reset HTTP/1.1\r\nConnection: close\r\n\r\n",
        (403, *BAD),
    ),
    Shape("two Hosts", READ + b"Host: evil.example\r\n\r\n", (403, *BAD)),
    Shape("two Hosts at a control request", MOVE + b"Host: evil.example\r\n\r\n", (403, *BAD)),
    Shape(
        "Host of another",
        b"POST /_emulator/reset HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        (403,),
    ),
    Shape(
        "Host with a path",
        b"POST /_emulator/reset HTTP/1.1\r\nHost: localhost/a\r\nConnection: close\r\n\r\n",
        (403, *BAD),
    ),
    Shape("empty Host", b"POST /_emulator/reset HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", (403, *BAD)),
    Shape("bare line feeds", READ.replace(b"\r\n", b"\n") + b"\n", (200, *BAD)),
    Shape("empty lines first", b"\r\n\r\n" + READ + b"\r\n", (200, *BAD)),
    Shape("chunks in capital letters", MOVE + b"Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", (200, *BAD)),
    Shape("chunks with an extension", CHUNKED + b"2;a=1\r\n{}\r\n0\r\n\r\n", (200, *BAD)),
    Shape("chunks of leading zeros", CHUNKED + b"0002\r\n{}\r\n0\r\n\r\n", (200, *BAD)),
    Shape("chunks with a trailer", CHUNKED + b"2\r\n{}\r\n0\r\nX-A: 1\r\n\r\n", (200, *BAD)),
    Shape(
        "a trailer that names a Host", CHUNKED + b"2\r\n{}\r\n0\r\nHost: evil.example\r\n\r\n", (200, *BAD)
    ),
    Shape(
        "same length twice", MOVE + JSON + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", (200, *BAD)
    ),
    Shape("length with leading zeros", MOVE + JSON + b"Content-Length: 002\r\n\r\n{}", (200, *BAD)),
    Shape("body of a read", READ + b"Content-Length: 5\r\n\r\nhello", (200, 400)),
    Shape(
        "body that is compressed by its word",
        MOVE + JSON + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        (200, 400, 415),
    ),
    Shape("body that is no JSON", ADVANCE + JSON + b"Content-Length: 3\r\n\r\n{\xff}", (400,)),
    Shape(
        "body of a form", MOVE + b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", (400, 403, 415)
    ),
    Shape(
        "Expect that may go on",
        MOVE + JSON + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
        (100, 200),
        2,
    ),
    Shape(
        "Expect of something else",
        MOVE + JSON + b"Expect: the-unexpected\r\nContent-Length: 2\r\n\r\n{}",
        (200, 417, *BAD),
    ),
    Shape(
        "upgrade to a web socket",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        (200, 426, *BAD),
    ),
    Shape(
        "upgrade to HTTP/2", READ + b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", (200, *BAD)
    ),
    Shape(
        "two requests at once", READ.replace(b"close", b"keep-alive") + b"\r\n" + READ + b"\r\n", (200,), 2
    ),
    Shape("request behind the last one", READ + b"\r\n" + READ + b"\r\n", (200,)),
    Shape(
        "request in the body of another",
        ADVANCE + JSON + b"Content-Length: %d\r\n\r\n" % len(READ + b"\r\n") + READ + b"\r\n",
        (400,),
    ),
    Shape("header ninety times", READ + b"Accept: a\r\n" * 90 + b"\r\n", (200, 431)),
    Shape("range of everything", READ + b"Range: bytes=" + b"0-," * 1_000 + b"0-\r\n\r\n", (200, 416, 431)),
    Shape("method by another header", READ + b"X-HTTP-Method-Override: DELETE\r\n\r\n", (200,)),
    Shape("path by another header", READ + b"X-Original-URL: /_emulator/reset\r\n\r\n", (200,)),
)
SHAPES = (
    *(Shape(name, data) for part in (LENGTHS, CODINGS, HEADS, LINES) for name, data in part.items()),
    *(Shape(name, data, (408, 413, *BAD), stops=True) for name, data in UNFINISHED.items()),
    *(Shape(name, data, (414, 431, *BAD)) for name, data in TOO_LONG.items()),
    *PROPER,
)
