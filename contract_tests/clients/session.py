"""A session with a service: asked patiently where asking again does no harm, once where it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from contract_tests.clients.patience import PATIENCE, Clock, Patience
from contract_tests.clients.problems import Lost, Passing, Unreachable
from contract_tests.clients.protocol import CODEC, Codec

if TYPE_CHECKING:
    import requests

TIMEOUT_S = 30
AUTH_REFUSAL, FORBIDDEN, UNAVAILABLE = 401, 403, 503

Headers = Mapping[str, str]
Value = TypeVar("Value")


def new_session() -> requests.Session:
    """Begin a session; a run that sends nothing never loads its library, which takes most of a start."""
    import requests

    return requests.Session()


def no_headers() -> Headers:
    """Send nothing beside what the body needs."""
    return {}


def ignore_answer(answer: requests.Response) -> None:
    """Read nothing but the body of an answer."""


def no_wait() -> None:
    """Hold no request back."""


def unparsed_body(body: Any) -> Any:
    """Take a document as it came."""
    return body


def prepare_session(session: requests.Session, base_url: str) -> requests.Session:
    """Read proxies and certificates from the environment once, not before each request."""
    around = session.merge_environment_settings(base_url, {}, None, None, None)
    session.proxies, session.verify, session.cert = around["proxies"], around["verify"], around["cert"]
    session.trust_env = False
    return session


@dataclass(frozen=True, slots=True)
class Form:
    """The body of a request that is no JSON: a form with files."""

    content: bytes
    """What is sent."""

    content_type: str
    """What it is called."""


@dataclass(frozen=True, slots=True)
class Service:
    """One session with a service."""

    base_url: str
    """The address that every path follows."""

    headers: Callable[[], Headers] = no_headers
    """Gives what the next request carries beside its body."""

    on_answer: Callable[[requests.Response], None] = ignore_answer
    """Sees each answer, whatever its status."""

    auth: tuple[str, str] | None = None
    """User and password of Basic credentials."""

    session: requests.Session = field(default_factory=new_session)
    """What carries the requests."""

    patience: Patience = PATIENCE
    """How often, and how soon, a question is repeated."""

    clock: Clock = field(default_factory=Clock)
    """Where time is read and waited."""

    protocol: Codec = CODEC
    """How requests are written and answers read."""

    def read(
        self,
        path: str,
        query: Mapping[str, Any] | None = None,
        parse: Callable[[Any], Value] = unparsed_body,
        before: Callable[[], None] = no_wait,
    ) -> Value:
        """Ask for a document until it comes and can be parsed.

        Errors: TooManyRequests or Unreachable when patience is at its end, Refused at once.
        """

        def ask() -> Value:
            before()
            return _parse(path, parse, self._ask("GET", path, query or {}, None))

        return self._patiently(ask)

    def write(
        self, path: str, body: Any, query: Mapping[str, Any] | None = None, method: str = "POST"
    ) -> Any:
        """Have something done once: repeated only after an answer that says it was not.

        Errors: Lost when nobody knows whether it was done, Passing and Refused when it was not.
        """
        return self._patiently(lambda: self._once(method, path, query or {}, body))

    def set(self, path: str, body: Any, parse: Callable[[Any], Value] = unparsed_body) -> Value:
        """Have something set: to do it twice is to do it once, so it is repeated like a question.

        Errors: Passing when patience is at its end, Refused at once.
        """
        return self._patiently(lambda: _parse(path, parse, self._ask("POST", path, {}, body)))

    def _patiently(self, ask: Callable[[], Value]) -> Value:
        tries: Counter[type[Passing]] = Counter()
        while True:
            try:
                return ask()
            except Passing as problem:
                tries[type(problem)] += 1
                self.clock.sleep(self.patience.pause(problem, tries[type(problem)]))

    def _once(self, method: str, path: str, query: Mapping[str, Any], body: Any) -> Any:
        try:
            return self._ask(method, path, query, body)
        except Unreachable as problem:
            if problem.status == UNAVAILABLE:
                raise
            raise Lost(str(problem)) from problem

    def _ask(self, method: str, path: str, query: Mapping[str, Any], body: Any) -> Any:
        import requests

        form = body if isinstance(body, Form) else None
        request = requests.Request(
            method,
            self.base_url + path,
            params=dict(query),
            json=None if form else body,
            data=form.content if form else None,
            headers={**self.headers(), **({"Content-Type": form.content_type} if form else {})},
            auth=self.auth,
        )
        try:
            ready_request = self.session.prepare_request(self.protocol.encode(request))
            answer = self.session.send(ready_request, timeout=TIMEOUT_S)
        except requests.RequestException as error:
            raise Unreachable(f"{path}: {type(error).__name__}") from error
        self.on_answer(answer)
        return self.protocol.decode(answer, self.clock)


def _parse(path: str, parse: Callable[[Any], Value], body: Any) -> Value:
    try:
        return parse(body)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise Unreachable(f"{path}: 200 without what was asked for in it") from error
