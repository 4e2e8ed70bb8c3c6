"""The client as a whole: one synchronisation, one export, one reset, in process or as a command."""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

import requests

from contract_tests.clients import exports
from contract_tests.clients.account import Account, account_from, desired_rows, now_ms, required_variables
from contract_tests.clients.exports import EXPORTS, Export
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import Clock, Pace, Patience
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import CODEC, Codec, Row
from contract_tests.clients.session import Service, prepare_session
from contract_tests.profiles.b2b_purchase import reference as purchases
from contract_tests.profiles.b2b_purchase.reference import Steps
from contract_tests.profiles.catalog_pull import reference
from contract_tests.profiles.finance import reference as finance
from contract_tests.profiles.finance.reference import Questions, ReadWindow, Windows
from contract_tests.profiles.pazarsync import reference as pazarsync
from contract_tests.profiles.pazarsync.access import Access
from contract_tests.profiles.pazarsync.reference import Manners

USAGE = "usage: PROFILE sync | PROFILE export KIND | PROFILE reset, with PROFILE one of {}"


@dataclass(frozen=True, slots=True)
class Client:
    """What a client does its own way; another client is this one with one of them replaced."""

    protocol: Codec = CODEC
    patience: Patience = field(default_factory=Patience)
    contents: Callable[[Marketplace], list[Row]] = reference.read_contents
    keep_contents: Callable[[LocalCopy, list[Row]], None] = reference.save_contents
    questions: Questions = finance.questions
    windows: Windows = finance.windows
    read_window: ReadWindow = finance.read_window
    keep_entries: Callable[[LocalCopy, str, list[Row]], None] = finance.save_entries
    buying: Steps = purchases.STEPS
    manners: Manners = pazarsync.MANNERS
    exports: Mapping[str, Mapping[str, Export]] = field(default_factory=lambda: EXPORTS)


REFERENCE = Client()


@dataclass(frozen=True, slots=True)
class SyncContext:
    """What one synchronisation works with."""

    environment: Mapping[str, str]
    copy: LocalCopy
    client: Client
    session: requests.Session
    clock: Clock

    def service(self, base_url: str, auth: tuple[str, str] | None = None) -> Service:
        """A session with a service, spoken and waited for as this client does."""
        return Service(
            base_url.rstrip("/"),
            auth=auth,
            session=prepare_session(self.session, base_url),
            patience=self.client.patience,
            clock=self.clock,
            protocol=self.client.protocol,
        )


def sync(
    profile: str,
    environment: Mapping[str, str],
    held: LocalCopy,
    client: Client = REFERENCE,
    session: requests.Session | None = None,
    clock: Clock | None = None,
) -> None:
    """Synchronise once.

    Errors: Trouble when anything was left unread or undone; what was read by halves is not held.
    """
    with session or requests.Session() as open_session:
        PROFILES[profile](SyncContext(environment, held, client, open_session, clock or Clock()))


def pull_catalogue(run: SyncContext) -> None:
    """Read everything, then hold it at one stroke."""
    account = account_from(run.environment, run.clock)
    _paced(run, account, lambda api: run.client.keep_contents(run.copy, run.client.contents(api)))


def pull_finance(run: SyncContext) -> None:
    """Read every list, type and window of the span, then hold what came."""
    account, client = account_from(run.environment, run.clock), run.client

    def pull(api: Marketplace) -> None:
        rows: defaultdict[str, list[Row]] = defaultdict(list)
        for question in client.questions(account, run.copy, client.windows):
            rows[question.kind] += client.read_window(api, question)
        for kind, found in rows.items():
            client.keep_entries(run.copy, kind, found)
        run.copy.replace("span", "name", [{"name": "asked", "from_ms": account.now_ms - finance.SPAN_MS}])

    _paced(run, account, pull)


def _paced(run: SyncContext, account: Account, work: Callable[[Marketplace], None]) -> None:
    service = run.service(account.base_url, (account.key, account.secret))
    pace = Pace(request_times=run.copy.request_times())
    try:
        work(Marketplace(account, replace(service, headers=lambda: account.headers), pace))
    finally:
        run.copy.save_request_times(pace.instants())


def buy(run: SyncContext) -> None:
    """Order what the shop wants; the gateway's user name is the buyer code too."""
    base_url, user, password = required_variables(run.environment, "B2B_BASE_URL", "B2B_USER", "B2B_PASSWORD")
    gateway = run.service(base_url, (user, password))
    purchases.sync(gateway, user, desired_rows(run.environment), run.copy, run.client.buying)


def synchronise(run: SyncContext) -> None:
    """Read the shop on PazarSync and set its stock."""
    names = ("PAZARSYNC_BASE_URL", "PAZARSYNC_CLIENT_ID", "PAZARSYNC_CLIENT_SECRET")
    base_url, client_id, secret = required_variables(run.environment, *names)
    ahead_s = now_ms(run.environment, run.clock) / 1000 - run.clock.now()
    access = Access(run.service(base_url), client_id, secret, run.copy, ahead_s)
    pazarsync.sync(access, desired_rows(run.environment), run.copy, run.client.manners)


PROFILES: Mapping[str, Callable[[SyncContext], None]] = {
    "catalog-pull": pull_catalogue,
    "finance": pull_finance,
    "b2b-purchase": buy,
    "pazarsync": synchronise,
}


def export(profile: str, kind: str, held: LocalCopy, client: Client = REFERENCE) -> list[Row]:
    """Show the rows of one kind; none of a kind that this client does not know."""
    return exports.export(held, kind, profile, client.exports)


def run(
    words: Sequence[str], environment: Mapping[str, str], held: LocalCopy, client: Client = REFERENCE
) -> int:
    """Do one verb of a profile; 0 when all of it was done, 1 when something went wrong, with what on stderr.

    Shapes: PROFILE sync, PROFILE export KIND (rows on stdout, a JSON object a line), PROFILE reset.
    """
    try:
        match words:
            case [profile, "sync"] if profile in PROFILES:
                sync(profile, environment, held, client)
            case [profile, "export", kind] if profile in PROFILES:
                for row in export(profile, kind, held, client):
                    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            case [profile, "reset"] if profile in PROFILES:
                held.reset()
            case _:
                raise Problem(USAGE.format(", ".join(PROFILES)))
    except Problem as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


def main(words: Sequence[str], client: Client) -> int:
    """Run one verb as a command.

    Units: the copy lives at CLIENT_STORE; without it the run keeps nothing.
    """
    with closing(LocalCopy(os.environ.get("CLIENT_STORE") or ":memory:")) as held:
        return run(words, os.environ, held, client)
