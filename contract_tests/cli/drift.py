"""The verb drift: recordings of a real stage beside the documents and this emulator."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from contract_tests.cli.exit_codes import CLEAN, ENVIRONMENT, FINDINGS, ends_with_a_code
from contract_tests.cli.inputs import Seconds, open_recording
from contract_tests.cli.options import EDITION, option, report_option
from contract_tests.cli.readiness import check_report_places
from contract_tests.drift.compare import SLOW_MS, compare
from contract_tests.drift.report import as_json, as_markdown, as_text, patch_of
from contract_tests.drift.values import Comparison, Difference
from contract_tests.records.har import read_archive
from contract_tests.records.history import History
from contract_tests.stages.law import installed_law
from contract_tests.stages.rulebook import installed_rulebook

DAY_MS = 86_400_000
WRITERS: Mapping[str, Callable[[Comparison], bytes]] = {
    "json": as_json,
    "markdown": as_markdown,
    "text": lambda comparison: as_text(comparison).encode(),
    "patch": lambda comparison: patch_of(comparison).encode(),
}


DRIFT_REPORT = report_option(WRITERS)
DRIFT_FORMAT = option(
    "--format", default="text", type=click.Choice(["text", "json", "markdown"]), help="What to print."
)
SLOW = option(
    "--slow-ms",
    default=SLOW_MS,
    show_default=True,
    type=Seconds(0, min_open=True),
    help="Milliseconds from which on half of an operation's answers count as slow.",
)


@click.command(epilog="Example: trendyol-emulator drift traffic.har --report patch=specs.patch --max-age 30")
@click.argument(
    "recordings", metavar="RECORDING...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@EDITION
@option("--max-age", type=click.FloatRange(0), metavar="DAYS", help="Fail where the newest answer is older.")
@SLOW
@DRIFT_REPORT
@DRIFT_FORMAT
@ends_with_a_code
def drift(recordings: Sequence[Path], edition: str | None, report: Any, format: str, **options: Any) -> None:
    """Compare documents, emulator and reality: say where recordings of a real stage differ.

    Each difference names the line of the specs that loses confidence and, where it can, a patch of it.
    """
    check_report_places(path for _, path in report)
    now_ms = time.time() * 1000
    history = joined_history(recordings, edition)
    comparison = compare(history, installed_law(), int(now_ms), slow_ms=options["slow_ms"])
    stale = staleness(history, options["max_age"], now_ms)
    comparison = replace(comparison, differences=(*comparison.differences, *stale))
    deliver_comparison(comparison, report, format)


def joined_history(recordings: Sequence[Path], edition: str | None) -> History:
    """Read recordings as one history, each exchange with a number of its own."""
    exchanges: list[Any] = []
    oddities: dict[str, int] = {}
    for path in recordings:
        with open_recording(path) as file:
            history = read_archive(file, installed_rulebook(), edition, compact=False)
        first = len(exchanges)
        exchanges += [one.with_fields(number=first + one.number) for one in history.exchanges]
        for reason, count in history.oddities.items():
            oddities[reason] = oddities.get(reason, 0) + count
    return History(tuple(sorted(exchanges, key=lambda one: (one.at_ms, one.number))), oddities)


def staleness(history: History, max_age_days: float | None, now_ms: float) -> Sequence[Difference]:
    """Say that a recording is too old to prove anything."""
    newest_ms = max((one.real_ms for one in history.exchanges), default=0.0)
    age_days = (now_ms - newest_ms) / DAY_MS
    if max_age_days is None or age_days <= max_age_days:
        return ()
    age = f"the newest answer is {age_days:.1f} days old" if newest_ms else "it has no times"
    documents = f"at most {max_age_days:g} days old"
    return (Difference("stale recording", "record", "--max-age", documents, "is as it is today", age),)


def deliver_comparison(comparison: Comparison, reports: Sequence[tuple[str, Path]], form: str) -> NoReturn:
    """Write the reports, print one, and end with the code of the outcome."""
    for kind, path in reports:
        path.write_bytes(WRITERS[kind](comparison))
    click.echo(WRITERS[form](comparison), nl=False)
    if not comparison.exchange_count:
        click.secho(
            "trendyol-emulator: nothing to compare: no answer of the vendor's is in it", fg="red", err=True
        )
        sys.exit(ENVIRONMENT)
    sys.exit(FINDINGS if comparison.differences else CLEAN)
