"""What the pytest fixtures hand to a test: its stage, and handles on the clock, the faults, the journal."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from werkzeug.test import Client, TestResponse

Json = dict[str, Any]

IN_PROCESS = "http://localhost"


@dataclass(frozen=True, slots=True)
class Stage:
    """One seller's view of a fresh world."""

    client: Client
    """A test client of the world, without a socket."""
    path: str
    """The world's prefix in the emulator of all tests."""
    seller: int
    """The seller's id."""
    key: str
    """The seller's API key."""
    secret: str
    """The seller's API secret."""
    storefront: str
    """The seller's first storefront."""
    serve_options: str
    """The options of `trendyol-emulator serve` that open the same world."""
    base_url: str = IN_PROCESS
    """What a client puts before a vendor path; the origin of a real port with `trendyol_server`."""

    @property
    def headers(self) -> dict[str, str]:
        """What a well-behaved request carries."""
        credentials = b64encode(f"{self.key}:{self.secret}".encode()).decode()
        return {
            "Authorization": f"Basic {credentials}",
            "User-Agent": f"{self.seller} - SelfIntegration",
            "storeFrontCode": self.storefront,
            "Accept-Language": "tr" if self.storefront == "TR" else "en",
        }

    def get(self, path: str, **query: str | int) -> TestResponse:
        """Ask for a vendor path such as ``/integration/...`` the way a well-behaved client does."""
        return self.client.get(path, query_string=query, headers=self.headers)

    def control(self, method: str, path: str, body: Json | None = None, **query: str | int) -> Json:
        """Ask this world's control API.

        Errors: AssertionError with its sentence when it refuses.
        """
        answer = self.client.open(f"/_emulator{path}", method=method, json=body, query_string=query)
        document: Json = answer.get_json()
        assert answer.status_code < 400, document.get("message", document)
        return document


@dataclass(frozen=True, slots=True)
class Clock:
    """The world's time in epoch milliseconds UTC."""

    stage: Stage

    @property
    def now_ms(self) -> int:
        """What time it is in the world."""
        return int(self.stage.control("GET", "/clock")["now_ms"])

    def advance(self, ms: int) -> int:
        """Move on and let everything fall due on the way; gives the new time."""
        return int(self.stage.control("POST", "/clock/advance", {"ms": ms})["now_ms"])

    def freeze(self, at_ms: int | None = None) -> int:
        """Stop the time, here or at an instant; gives it."""
        return int(self.stage.control("POST", "/clock/freeze", {"at_ms": at_ms})["now_ms"])

    def run(self) -> int:
        """Let the time run again; gives it."""
        return int(self.stage.control("POST", "/clock/run")["now_ms"])


@dataclass(frozen=True, slots=True)
class Faults:
    """Planned faults; the members of one are those of ``POST /_emulator/faults``."""

    stage: Stage

    def add(self, operation: str = "*", **fault: Any) -> Json:
        """Plan a fault for an operation's n-th request from now."""
        return self.stage.control("POST", "/faults", {"operation": operation, **fault})

    def all(self) -> list[Json]:
        """Every planned and spent fault."""
        return list(self.stage.control("GET", "/faults")["faults"])

    def clear(self) -> None:
        """Clear all planned faults."""
        self.stage.control("DELETE", "/faults")


@dataclass(frozen=True, slots=True)
class Journal:
    """The requests and answers of this stage."""

    stage: Stage

    def entries(self, **filters: str | int) -> list[Json]:
        """Give the exchanges in their order; filters are those of ``GET /_emulator/requests``."""
        return list(self.stage.control("GET", "/requests", None, **filters)["requests"])

    def lint(self) -> list[Json]:
        """Give the findings: every rule that this traffic broke."""
        return list(self.stage.control("GET", "/findings")["findings"])
