"""Has Flask answer for a page, whoever serves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from emulator.exchange import Reply, Request, scheme_of

WsgiApplication = Callable[..., Iterable[bytes]]
WORLD = "emulator.world"
"""Under which name an environment says which world a page is about."""

_FRAMING_HEADERS = frozenset({"content-type", "content-length"})


def page_environ(environ: dict[str, Any], name: str, prefix: str, path: str) -> dict[str, Any]:
    """Say in a WSGI environment which world a page is about, what stands before its paths, and its scheme."""
    is_encrypted = environ["wsgi.url_scheme"] == "https"
    return {
        **environ,
        WORLD: name,
        "SCRIPT_NAME": prefix,
        "PATH_INFO": path.encode().decode("latin-1"),
        "wsgi.url_scheme": scheme_of(environ.get("HTTP_X_FORWARDED_PROTO", ""), is_encrypted=is_encrypted),
    }


def page_reply(pages: WsgiApplication, request: Request, name: str, prefix: str) -> Reply:
    """Give what Flask answers to a request for a page."""
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    builder = EnvironBuilder(
        path=request.path,
        base_url=f"{request.scheme}://localhost/",
        method=request.method,
        query_string=request.query,
        headers=list(request.headers.items()),
        data=request.body or None,
        environ_base={"REMOTE_ADDR": request.client},
    )
    environ = page_environ(builder.get_environ(), name, prefix, request.path)
    body, status, headers = run_wsgi_app(pages, environ, buffered=True)
    rest = tuple((key, value) for key, value in headers if key.lower() not in _FRAMING_HEADERS)
    return Reply((b"".join(body),), int(status.partition(" ")[0]), headers.get("Content-Type", ""), rest)
