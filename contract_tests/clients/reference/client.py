"""The client as a whole: one synchronisation, one export, one reset, and the command line around them."""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import requests

from contract_tests.clients.reference import catalogue, finance, pazarsync, purchases
from contract_tests.clients.reference.account import Account, account_from
from contract_tests.clients.reference.api import Api, Row
from contract_tests.clients.reference.exports import export
from contract_tests.clients.reference.finance import ReadWindow, Windows
from contract_tests.clients.reference.held import Held
from contract_tests.clients.reference.patience import Clock, Pace, Patience
from contract_tests.clients.reference.pazarsync import Manners
from contract_tests.clients.reference.purchases import Buying
from contract_tests.clients.reference.tokens import access_from
from contract_tests.clients.reference.trouble import Trouble

USAGE = "usage: PROFILE sync | PROFILE export KIND | PROFILE reset, with PROFILE one of {}\n"


@dataclass(frozen=True, slots=True)
class Client:
    """What a client does its own way; another client is this one with one of them replaced."""

    contents: Callable[[Api], list[Row]] = catalogue.contents
    windows: Windows = finance.windows
    read_window: ReadWindow = finance.read_window
    patience: Patience = field(default_factory=Patience)
    buying: Buying = purchases.BUYING
    manners: Manners = pazarsync.MANNERS


REFERENCE = Client()


def sync(
    profile: str,
    account: Account,
    held: Held,
    client: Client = REFERENCE,
    session: requests.Session | None = None,
    clock: Clock | None = None,
) -> None:
    """Read everything once, then store it at one stroke.

    Errors: Trouble when anything was left unread; nothing is stored then.
    """
    clock = clock or Clock()
    with session or requests.Session() as open_session:
        api = Api(account, open_session, Pace(sent=held.sent()), client.patience, clock)
        try:
            PROFILES[profile](api, held, client)
        finally:
            held.remember_sent(api.pace.instants())


def pull_catalogue(api: Api, held: Held, client: Client) -> None:
    """Make the copy of the catalogue equal to what is listed."""
    held.replace("products", "contentId", client.contents(api))


def pull_finance(api: Api, held: Held, client: Client) -> None:
    """Add what the account shows; rows read before take their newer form, with their payment order."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for question in finance.questions(api.account, client.windows):
        rows[question.kind] += client.read_window(api, question)
    for kind, found in rows.items():
        held.merge(kind, "id", found)


PROFILES: dict[str, Callable[[Api, Held, Client], None]] = {
    "catalog-pull": pull_catalogue,
    "finance": pull_finance,
}


def buy(environment: Mapping[str, str], held: Held, client: Client) -> None:
    """Order what the shop wants."""
    purchases.from_environment(environment, held, client.buying)


def synchronise(environment: Mapping[str, str], held: Held, client: Client) -> None:
    """Read the shop on PazarSync and set its stock."""
    access = access_from(environment, held)
    with access.session:
        pazarsync.sync(access, purchases.wanted(environment), held, client.manners)


SERVICES: dict[str, Callable[[Mapping[str, str], Held, Client], None]] = {
    "b2b-purchase": buy,
    "pazarsync": synchronise,
}


def main(words: Sequence[str], client: Client) -> int:
    """Run one verb; 0 when all of it was done, 1 when something went wrong.

    Units: the copy lives at CLIENT_STORE; without it the run keeps nothing.
    """
    held = Held(os.environ.get("CLIENT_STORE") or ":memory:")
    try:
        _run(words, held, client)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    finally:
        held.close()
    return 0


def _run(words: Sequence[str], held: Held, client: Client) -> None:
    match words:
        case [profile, "sync"] if profile in PROFILES:
            sync(profile, account_from(os.environ), held, client)
        case [profile, "sync"] if profile in SERVICES:
            SERVICES[profile](os.environ, held, client)
        case [profile, "export", kind] if profile in {*PROFILES, *SERVICES}:
            for row in export(held, kind, profile):
                sys.stdout.write(json.dumps(row, default=str, ensure_ascii=False) + "\n")
        case [profile, "reset"] if profile in {*PROFILES, *SERVICES}:
            held.reset()
        case _:
            raise Trouble(USAGE.format(", ".join([*PROFILES, *SERVICES])).rstrip())
