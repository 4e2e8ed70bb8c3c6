"""One session with the marketplace: authorised, paced, patient. Gives pages or trouble, no error as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import requests

from contract_tests.clients.reference.account import Account
from contract_tests.clients.reference.patience import Clock, Limit, Pace, Patience
from contract_tests.clients.reference.trouble import Passing, Refused, TooManyRequests, Unreachable

Row = dict[str, Any]

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: how many rows match in all, the rows that came, the token of the page after."""

    total: int
    rows: list[Row]
    token: str | None


@dataclass(frozen=True, slots=True)
class Api:
    """Everything that lasts for one run."""

    account: Account
    session: requests.Session = field(default_factory=requests.Session)
    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)
    clock: Clock = field(default_factory=Clock)

    def page(self, limits: Iterable[Limit], path: str, query: Mapping[str, str | int]) -> Page:
        """Ask for one page until it comes or patience ends, within ``limits``.

        Errors: TooManyRequests or Unreachable when patience is at its end, Refused at once.
        """
        tries: Counter[type[Passing]] = Counter()
        while True:
            self.pace.take(limits, self.clock)
            try:
                return self._ask(path, query)
            except Passing as trouble:
                tries[type(trouble)] += 1
                self.clock.sleep(self.patience.pause(trouble, tries[type(trouble)]))

    def _ask(self, path: str, query: Mapping[str, str | int]) -> Page:
        account = self.account
        try:
            answer = self.session.get(
                f"{account.base_url}/integration{path}",
                params=dict(query),
                headers=account.headers,
                auth=(account.key, account.secret),
                timeout=TIMEOUT_S,
            )
        except requests.RequestException as broken:
            raise Unreachable(f"{path}: {type(broken).__name__}") from broken
        return _page(answer)


def _page(answer: requests.Response) -> Page:
    said = f"{answer.url}: {answer.status_code} {answer.text[:300]}"
    pause_s = _seconds(answer.headers.get("Retry-After"))
    if answer.status_code == 429:
        raise TooManyRequests(said, pause_s)
    if answer.status_code >= 500:
        raise Unreachable(said, pause_s)
    if answer.status_code != 200:
        raise Refused(said)
    try:
        body = answer.json(parse_float=Decimal)
        return Page(body["totalElements"], body["content"], body.get("nextPageToken"))
    except (ValueError, KeyError, TypeError, AttributeError) as unreadable:
        raise Unreachable(f"{answer.url}: 200 without a page in it") from unreadable


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and retry_after.isdigit() else None
