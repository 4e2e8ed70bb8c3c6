"""What `check --provider` does: a real stage held to the documents, by reads alone."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import click

from contract_tests.cli.drift import WRITERS, deliver_comparison
from contract_tests.drift.compare import compare
from contract_tests.drift.provider import Provider
from contract_tests.recorder.forwarding import Upstream
from contract_tests.recorder.operations import Targets
from contract_tests.recorder.redaction import Redactor
from contract_tests.recorder.tokens import tokens_of
from contract_tests.records.account import Account
from contract_tests.records.har import history_of
from contract_tests.records.paths import NEARBY
from contract_tests.stages.law import installed_law
from contract_tests.stages.rulebook import installed_rulebook

PAUSE_S = 0.25
# Source: without storeFrontCode a seller of either edition is answered as TR, and an international one has no
# products there, C; so an account without products may be of either.
TAKEN_FOR_TURKISH = (
    "Taken for a Turkish seller, for neither --edition nor a storefront is named and no read tells; an"
    " international one is named by its storefront, such as --storefront RO"
)
NAMES_OF_CREDENTIALS = ("TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET")


def check_provider(
    url: str, edition: str | None, storefront: str | None, reports: Sequence[tuple[str, Path]], form: str
) -> NoReturn:
    """Ask a stage for every documented read, at its bounds and beyond, and say where it differs.

    Errors: NoUpstream when it does not answer.
    """
    for kind, _ in reports:
        if kind not in WRITERS:
            raise click.UsageError(f"--provider writes no {kind} report: give json or markdown")
    account = account_of_environment(edition, storefront)
    law, rulebook, upstream = installed_law(), installed_rulebook(), Upstream(url)
    redactor = Redactor(Targets(rulebook, law.documents), tokens_of(None))
    pause_s = 0.0 if NEARBY.fullmatch(urlsplit(url).hostname or "") else PAUSE_S
    click.echo(f"Asking {url} as seller {account.seller} ({account.edition}), reads alone", err=True)
    if not (edition or account.storefront):
        click.echo(TAKEN_FOR_TURKISH, err=True)
    now_ms = time.time_ns() // 1_000_000
    try:
        entries = list(Provider(upstream, account, redactor, pause_s).entries(law, now_ms))
    finally:
        upstream.close()
    history = history_of(entries, rulebook, account.edition)
    deliver_comparison(compare(history, law, now_ms), reports, form)


def account_of_environment(edition: str | None, storefront: str | None) -> Account:
    """Read whose credentials are used; the edition is Turkish where no storefront is named."""
    missing = [name for name in NAMES_OF_CREDENTIALS if not os.environ.get(name)]
    if missing:
        raise click.UsageError(f"--provider asks with your own credentials: set {', '.join(missing)}")
    seller, key, secret = (os.environ[name] for name in NAMES_OF_CREDENTIALS)
    if not seller.isdigit():
        raise click.UsageError("TRENDYOL_SELLER_ID is no number of a seller")
    code = storefront or os.environ.get("TRENDYOL_STOREFRONT", "")
    chosen_edition: Any = edition or ("int" if code not in ("", "TR") else "tr")
    if chosen_edition == "int" and not code:
        raise click.UsageError(
            "an international seller is asked in one storefront: add --storefront, such as RO"
        )
    return Account(chosen_edition, int(seller), key, secret, code)
