"""The dashboard: its pages as a table, and what every page has around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, redirect, request, send_from_directory
from jinja2 import Environment, PackageLoader, StrictUndefined

from emulator.ui import curl, formats, words
from emulator.ui.reading import CONTROL, Answer, ControlRefusal, Reader
from emulator.ui.views import faults, findings, market, overview, rules, scenarios, traffic
from emulator.ui.visit import Visit

WORLD = "emulator.world"
ROOT = f"{CONTROL}/ui"
LANGUAGE_COOKIE = "emulator-language"
_ASSETS = Path(__file__).with_name("assets")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_YEAR_S = 365 * 24 * 3600

View = Callable[[Visit], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page. Shapes: ``name`` is its template, ``menu`` the entry of the menu it belongs to."""

    name: str
    path: str
    view: View
    menu: str


PAGES: tuple[Page, ...] = (
    Page("overview", "/", overview.overview, "overview"),
    Page("worlds", "/worlds", overview.worlds, "worlds"),
    Page("traffic", "/traffic", traffic.traffic, "traffic"),
    Page("request", "/traffic/<int:number>", traffic.one_request, "traffic"),
    Page("compare", "/traffic/compare", traffic.compare, "traffic"),
    Page("findings", "/findings", findings.findings, "findings"),
    Page("market", "/market", market.market, "market"),
    Page("faults", "/faults", faults.faults, "faults"),
    Page("webhooks", "/webhooks", faults.webhooks, "webhooks"),
    Page("rules", "/rules", rules.rules, "rules"),
    Page("rule", "/rules/<name>", rules.one_rule, "rules"),
    Page("operations", "/operations", rules.operations, "operations"),
    Page("operation", "/operations/<name>", rules.one_operation, "operations"),
    Page("scenarios", "/scenarios", scenarios.scenarios, "scenarios"),
    Page("scenario", "/scenarios/<name>", scenarios.one_scenario, "scenarios"),
)
MENU = tuple(dict.fromkeys(page.menu for page in PAGES))


def add_pages(app: Flask, answer: Answer) -> None:
    """Serve the pages below /_emulator/ui/, and the first of them where a browser asks for the index."""
    site = Blueprint("ui", __name__)
    for page in PAGES:
        site.add_url_rule(ROOT + page.path, page.name, partial(show, page, answer))
    site.add_url_rule(f"{CONTROL}/", "index", partial(show, PAGES[0], answer))
    site.add_url_rule(f"{ROOT}/login", "login", partial(log_in, answer), methods=["POST"])
    site.add_url_rule(f"{ROOT}/language/<language>", "language", choose_language)
    site.add_url_rule(f"{ROOT}/assets/<path:name>", "asset", send_asset)
    app.register_blueprint(site)
    app.before_request(partial(refuse_strangers, answer))
    app.after_request(add_headers)
    app.register_error_handler(ControlRefusal, refusal_page)
    app.register_error_handler(404, lambda _: refusal_page(ControlRefusal(404, "page-unknown", "")))


def reader_of(answer: Answer) -> Reader:
    """Give the control API as the visitor may ask it."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers["accept-language"] = g.language
    name, client = request.environ.get(WORLD, "default"), request.remote_addr or ""
    return Reader(answer, name, headers, client, is_encrypted=request.is_secure)


def refuse_strangers(answer: Answer) -> None:
    """Hold every page to what the control API asks of Host and Origin.

    Errors: ControlRefusal.
    """
    g.language = words.preferred_language(
        request.cookies.get(LANGUAGE_COOKIE), request.headers.get("Accept-Language", "")
    )
    reader_of(answer).get("/")


def show(page: Page, answer: Answer, **path: Any) -> str:
    """Make a page."""
    reader = reader_of(answer)
    worlds = reader.get("/worlds")
    path["numbers"] = request.args.getlist("id")
    origin = f"{request.scheme}://{request.host}"
    visit = Visit(reader, g.language, origin, request.script_root, request.args, path)
    values = {**frame_of(visit, worlds), **page.view(visit)}
    return fill_in(f"{page.name}.html", page=page, visit=visit, **values)


def fill_in(template: str, **values: Any) -> str:
    """Fill a template in; each is free of text that was not escaped, and of names that nobody gave."""
    return templates().get_template(template).render(request=request, **values)


@cache
def templates() -> Environment:
    """Load the templates."""
    environment = Environment(
        loader=PackageLoader("emulator.ui"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "version_of_assets": version_of_assets(),
        "menu": MENU,
        "curl_line": curl.control_line,
    }
    return environment


def frame_of(visit: Visit, worlds: Mapping[str, Any]) -> dict[str, Any]:
    """Give what every page has around it, and the functions of the templates."""
    name = visit.reader.world
    return {
        "worlds": worlds["worlds"],
        "recipes": worlds["recipes"],
        "world": next(each for each in worlds["worlds"] if each["name"] == name),
        **functions_of(visit.language, visit.prefix),
    }


def functions_of(language: str, prefix: str) -> dict[str, Any]:
    """Give the functions of the templates in a language."""
    formatters = {
        name: partial(getattr(formats, name), language)
        for name in ("day", "moment", "amount", "exact", "count", "took", "size")
    }
    return {
        "t": partial(words.say, language),
        "word": partial(words.word, language),
        "rule_text": partial(words.rule_text, language),
        "language": language,
        "clock_of": formats.clock,
        "url": partial(address, f"{prefix}{ROOT}"),
        "control": partial(address, f"{prefix}{CONTROL}"),
        "asset": partial(address, f"{prefix}{ROOT}/assets/"),
        "source_address": source_address,
        **{f"as_{name}": function for name, function in formatters.items()},
    }


def address(start: str, path: str = "/", **query: Any) -> str:
    """Write the address of a page or of an operation; what is empty is left out."""
    values = {name.rstrip("_"): value for name, value in query.items() if value not in (None, "")}
    return start + path + (f"?{urlencode(values)}" if values else "")


def source_address(page: str | None) -> str:
    """Give the address of a source's page; empty where it has none that a browser can open."""
    if not page or page.startswith("_emulator/") or " " in page:
        return ""
    host = page.partition("/")[0]
    return (
        f"https://{page}"
        if "." in host and not host.startswith("v")
        else f"https://developers.trendyol.com/{page}"
    )


def refusal_page(refusal: ControlRefusal) -> tuple[str, int]:
    """Make the page that says why there is none, and what to do."""
    kinds = {401: "login", 403: "foreign"}
    values = {"kind": kinds.get(refusal.status, "missing"), "refusal": refusal, "here": request.path}
    page = fill_in("refused.html", **values, **functions_of(g.language, request.script_root))
    return page, refusal.status


def log_in(answer: Answer) -> Any:
    """Take the token of a form for a session, where no script does it."""
    if request.headers.get("Origin") is None:
        raise ControlRefusal(403, "control-origin-foreign", words.say(g.language, "refused.no_origin"))
    reply = reader_of(answer).post("/session", {"token": request.form.get("token") or "-"})
    response = redirect(f"{request.script_root}{ROOT}/", 303)
    response.headers.extend(reply.headers)
    return response


def choose_language(language: str) -> Any:
    """Keep the language that the visitor has chosen, and go back to the page."""
    place = request.args.get("to", "")
    is_own = place.startswith(f"{request.script_root}{CONTROL}/") and "//" not in place and "\\" not in place
    response = redirect(place if is_own else f"{request.script_root}{ROOT}/", 303)
    if language in words.LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=_YEAR_S,
            httponly=True,
            samesite="Strict",
            secure=request.is_secure,
        )
    return response


def send_asset(name: str) -> Response:
    """Send a style sheet or a script."""
    return send_from_directory(_ASSETS, name, max_age=_YEAR_S if "v" in request.args else 0)


def version_of_assets() -> str:
    """Give a word that changes with the assets, so that browsers may keep them."""
    digest = sha256()
    for path in sorted(_ASSETS.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def add_headers(response: Response) -> Response:
    """Add what keeps a page from others; the documents' page has a script of its own in its text."""
    response.headers.extend(HEADERS)
    if request.path.startswith(f"{CONTROL}/docs"):
        response.headers["Content-Security-Policy"] = "frame-ancestors 'none'; base-uri 'none'"
        return response
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    if not request.path.startswith(f"{ROOT}/assets/"):
        response.headers["Cache-Control"] = "no-store"
    return response
