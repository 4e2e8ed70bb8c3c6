"""Tries a client in this process: one world, some trouble, a few runs; then traffic and copy are judged."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter
from werkzeug.test import Client as Caller

from contract_tests.archive import history_of
from contract_tests.clients.reference.client import Client, export, sync
from contract_tests.clients.reference.held import Held
from contract_tests.clients.reference.patience import Clock
from contract_tests.clients.reference.trouble import Trouble
from contract_tests.consumer.comparing import KINDS, differences, truly
from contract_tests.drivers.driver import Driver, Run
from contract_tests.findings import Finding
from contract_tests.handles import Stage
from contract_tests.hosting import Emulator, mounted
from contract_tests.judge import verdict_on
from contract_tests.law import local_law
from contract_tests.profiles import PROFILES
from contract_tests.wants import Choose

# Later than this machine knows, so that no judge takes its clock for the world's.
NOW_MS = 1_909_785_600_000
SPAN_MS = 75 * 86_400_000
URL = "http://localhost"
LANGUAGES = {"int": "en", "tr": "tr"}

Fault = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a client meets: a world, trouble in its first run, and some runs without.

    Shapes: ``wants`` chooses something else than the profile does; from the second run on nothing of it is
    wanted any more where it is ``dropped``. ``fails`` where the last run may not exit 0.
    Units: ``pause_ms`` milliseconds of the world's time between runs.
    """

    profile: str
    edition: str = "int"
    world: str = "demo"
    faults: tuple[Fault, ...] = ()
    runs: int = 1
    pause_ms: int = 60_000
    wants: Choose | None = None
    dropped: bool = False
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went.

    Shapes: ``differences`` name kind and sort after any run that exited 0, and the oracles of effects that
    have something to say; ``last`` those after the last run.
    """

    exits: tuple[int, ...]
    findings: tuple[Finding, ...]
    differences: frozenset[str]
    last: frozenset[str]

    @property
    def judges(self) -> set[str]:
        """The judges of the rules that were broken."""
        return {finding.rule.judge for finding in self.findings}

    @property
    def grave(self) -> set[str]:
        """The rules that were broken and decide a verdict."""
        return {finding.rule.id for finding in self.findings if finding.grave}


@dataclass(slots=True)
class Wire(BaseAdapter):
    """Brings every request of a session to a world in this process; time passes when somebody sleeps."""

    caller: Caller
    control: Callable[..., Any]
    slept_s: float = 0.0

    @property
    def clock(self) -> Clock:
        """The time of the world and its clients."""
        return Clock(lambda: time.time() + self.slept_s, self.sleep)

    @property
    def session(self) -> requests.Session:
        """A session whose every request comes here."""
        session = requests.Session()
        session.mount("http://", self)
        return session

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept_s += seconds
        self.control("POST", "/clock/advance", {"ms": max(1, round(seconds * 1000))})

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Bring one request."""
        headers, body = [*request.headers.items()], request.body
        told = self.caller.open(
            request.path_url, base_url=URL, method=request.method, headers=headers, data=body
        )
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = told.status_code, str(request.url), request
        answer.headers.update(told.headers)
        answer.raw = BytesIO(told.data)
        return answer

    def close(self) -> None:
        """Nothing is open."""


@dataclass(slots=True)
class Trial:
    """One client in one situation, while it runs."""

    situation: Situation
    drive: Driver
    control: Callable[..., Any]
    environment: dict[str, str]
    sleep: Callable[[float], None]
    wanted: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> Tried:
        """Let the client run as often as the situation says."""
        exits: list[int] = []
        seen: set[str] = set()
        last: frozenset[str] = frozenset()
        self.choose()
        for number in range(self.situation.runs):
            if number:
                self.go_on()
            exits.append(self.sync())
            last = frozenset(self.differences())
            seen |= set() if exits[-1] else last
        return Tried(tuple(exits), self.findings(), frozenset(seen), last)

    def choose(self) -> None:
        """Choose what the shop wants, then plan the trouble."""
        usual = PROFILES[self.situation.profile].wanted
        if usual:
            self.want((self.situation.wants or usual.choose)(self.truth(usual.kind)))
        for fault in self.situation.faults:
            self.control("POST", "/faults", dict(fault))

    def want(self, rows: list[dict[str, Any]]) -> None:
        """Write down what the shop wants."""
        self.wanted = rows
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in rows)
        Path(self.environment["CLIENT_WANTED"]).write_text("".join(lines), encoding="utf-8")

    def go_on(self) -> None:
        """End the trouble, let time pass, and want no longer what is dropped."""
        self.control("DELETE", "/faults")
        self.sleep(self.situation.pause_ms / 1000)
        if self.situation.dropped:
            self.want([one | {"quantity": 0} for one in self.wanted])

    def sync(self) -> int:
        """Let the client run once."""
        self.environment["TRENDYOL_NOW_MS"] = str(self.control("GET", "/clock")["now_ms"])
        run = self.drive("sync", self.environment)
        assert run.exit is not None, run.output
        return run.exit

    def shown(self, kind: str) -> list[Mapping[str, Any]]:
        """What the client shows of a kind."""
        run = self.drive(f"export {kind}", self.environment)
        assert run.exit == 0, run.output
        return [*run.rows] if run.rows is not None else [*map(json.loads, run.output.splitlines())]

    def truth(self, kind: str) -> list[dict[str, Any]]:
        """What a copy should hold."""
        environment = self.environment
        now_ms = int(environment["TRENDYOL_NOW_MS"])
        span = {"from": now_ms - SPAN_MS, "to": now_ms} if self.situation.profile == "finance" else {}
        whose = {
            "seller": environment["TRENDYOL_SELLER_ID"],
            "storefront": environment["TRENDYOL_STOREFRONT"] or "TR",
        }
        return list(self.control("GET", f"/truth/{kind}", None, **whose, **span)["rows"])

    def findings(self) -> tuple[Finding, ...]:
        """What the judges of traffic say."""
        entries = self.control("GET", "/requests", None, format="har", since=0)["log"]["entries"]
        history = history_of(entries, local_law(), self.situation.edition)
        return verdict_on(history, local_law()).findings

    def differences(self) -> Iterator[str]:
        """What the copy has otherwise than the world."""
        language = LANGUAGES[self.situation.edition]
        for kind in KINDS[self.situation.profile]:
            true = [truly(row, language) for row in self.truth(kind.true)]
            yield from (f"{kind.shown} {sort}" for sort in differences(kind, self.shown(kind.shown), true))
        if self.situation.profile == "b2b-purchase" and not all(self.once(one) for one in self.wanted):
            yield "wanted_once"
        if self.situation.profile == "pazarsync" and not self.reached():
            yield "wanted_reached"

    def once(self, want: Mapping[str, Any]) -> bool:
        """Whether a want led to one order of as much; one that is wanted no longer was ordered before."""
        rows = [row for row in self.truth("purchases") if row["vendorRef"] == want["vendorRef"]]
        return [row["requestedQuantity"] for row in rows] == [want["quantity"]] or not want["quantity"]

    def reached(self) -> bool:
        """Whether everything that exists has the stock that is wanted."""
        there = {row["sku"]: row["quantity"] for row in self.truth("stock")}
        return all(there.get(one["sku"], one["stock"]) == one["stock"] for one in self.wanted)


def tried(emulator: Emulator, client: Client, situation: Situation, folder: Path) -> Tried:
    """Try a client in a situation, in a world of its own."""
    stage = emulator.open(situation.world, now=NOW_MS)
    try:
        wire = Wire(Caller(mounted(emulator.app, stage.path)), stage.control)
        environment = told(stage, situation, URL, folder)
        drive = in_process(situation.profile, client, wire)
        return Trial(situation, drive, stage.control, environment, wire.sleep).run()
    finally:
        emulator.close(stage)


def tried_as_command(emulator: Emulator, drive: Driver, situation: Situation, folder: Path) -> Tried:
    """Try a client that is a command in a situation, in a world of its own; its own waits are real time."""
    stage = emulator.open(situation.world, now=NOW_MS)
    try:
        environment = told(stage, situation, emulator.listen() + stage.path, folder)
        environment |= {"CLIENT_STORE": str(folder / "store"), "NO_PROXY": "127.0.0.1"}

        def pass_on(seconds: float) -> None:
            stage.control("POST", "/clock/advance", {"ms": round(seconds * 1000)})

        return Trial(situation, drive, stage.control, environment, pass_on).run()
    finally:
        emulator.close(stage)


def in_process(profile: str, client: Client, wire: Wire) -> Driver:
    """Drive a client of this process, which keeps its copy in memory."""
    held = Held()

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        if verb != "sync":
            return Run(0, 0.0, rows=export(profile, verb.removeprefix("export "), held, client))
        try:
            sync(profile, environment, held, client, wire.session, wire.clock)
        except Trouble as trouble:
            return Run(1, 0.0, str(trouble))
        return Run(0, 0.0)

    return drive


def told(stage: Stage, situation: Situation, url: str, folder: Path) -> dict[str, str]:
    """What a client finds in its environment."""
    sellers = stage.control("GET", "/sellers")["sellers"]
    seller = next(one for one in sellers if one["edition"] == situation.edition)
    own = PROFILES[situation.profile].environment
    urls = {"trendyol": url, "b2b": f"{url}/b2bbuyergateway", "pazarsync": url}
    return {
        "TRENDYOL_BASE_URL": url,
        "TRENDYOL_SELLER_ID": str(seller["id"]),
        "TRENDYOL_API_KEY": seller["key"],
        "TRENDYOL_API_SECRET": seller["secret"],
        "TRENDYOL_STOREFRONT": seller["storefronts"][0] if situation.edition == "int" else "",
        "TRENDYOL_NOW_MS": str(NOW_MS),
        "CLIENT_WANTED": str(folder / "wanted"),
        **{name: value.format(**urls) for name, value in own.items()},
    }
