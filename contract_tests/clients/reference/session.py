"""A service beside the marketplace: asked patiently where asking again does no harm, once where it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from contract_tests.clients.reference.patience import Clock, Patience
from contract_tests.clients.reference.trouble import Lost, Passing, Refused, TooManyRequests, Unreachable

TIMEOUT_S = 30
UNAUTHORISED, TOO_MANY, UNAVAILABLE = 401, 429, 503

Headers = Mapping[str, str]


def no_headers() -> Headers:
    """Send nothing beside what the body needs."""
    return {}


def unheeded(answer: requests.Response) -> None:
    """Read nothing but the body of an answer."""


@dataclass(frozen=True, slots=True)
class Service:
    """One session with a service.

    Shapes: ``headers`` gives what the next request carries, ``heed`` sees each answer, whatever its status.
    """

    base_url: str
    headers: Callable[[], Headers] = no_headers
    heed: Callable[[requests.Response], None] = unheeded
    auth: tuple[str, str] | None = None
    session: requests.Session = field(default_factory=requests.Session)
    patience: Patience = field(default_factory=Patience)
    clock: Clock = field(default_factory=Clock)

    def read(self, path: str, **query: Any) -> Any:
        """Ask for a JSON document until it comes.

        Errors: Passing when patience is at its end, Refused at once.
        """
        return self._patiently(lambda: self._ask("GET", path, query, None))

    def write(self, path: str, body: Any, **query: Any) -> Any:
        """Have something done once: repeated only after an answer that says it was not.

        Errors: Lost when nobody knows whether it was done, Passing and Refused when it was not.
        """
        return self._patiently(lambda: self._once(path, query, body))

    def set(self, path: str, body: Any) -> Any:
        """Have something set: to do it twice is to do it once, so it is repeated like a question.

        Errors: Passing when patience is at its end, Refused at once.
        """
        return self._patiently(lambda: self._ask("POST", path, {}, body))

    def _patiently(self, ask: Callable[[], Any]) -> Any:
        tries: Counter[type[Passing]] = Counter()
        while True:
            try:
                return ask()
            except Passing as trouble:
                tries[type(trouble)] += 1
                self.clock.sleep(self.patience.pause(trouble, tries[type(trouble)]))

    def _once(self, path: str, query: Mapping[str, Any], body: Any) -> Any:
        try:
            return self._ask("POST", path, query, body)
        except Unreachable as trouble:
            if trouble.status == UNAVAILABLE:
                raise
            raise Lost(str(trouble)) from trouble

    def _ask(self, method: str, path: str, query: Mapping[str, Any], body: Any) -> Any:
        try:
            answer = self.session.request(
                method,
                self.base_url + path,
                params=dict(query),
                json=body,
                headers=dict(self.headers()),
                auth=self.auth,
                timeout=TIMEOUT_S,
            )
        except requests.RequestException as broken:
            raise Unreachable(f"{path}: {type(broken).__name__}") from broken
        self.heed(answer)
        return _document(path, answer)


def _document(path: str, answer: requests.Response) -> Any:
    said = f"{path}: {answer.status_code} {answer.text[:300]}"
    told = answer.headers.get("Retry-After", "")
    pause_s = float(told) if told.isdigit() else None
    if answer.status_code == TOO_MANY:
        raise TooManyRequests(said, pause_s)
    if answer.status_code >= 500:
        raise Unreachable(said, pause_s, answer.status_code)
    if not answer.ok:
        raise Refused(said, answer.status_code)
    try:
        return answer.json()
    except ValueError as unreadable:
        raise Unreachable(f"{path}: {answer.status_code} without JSON in it") from unreadable
