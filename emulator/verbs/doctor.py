"""The verb doctor: which of the variables a program honours, by what it really asked and read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emulator.options import ATTACH_OPTIONS, STAGE_OPTIONS, count_of, with_options
from emulator.verbs.exec import (
    COMMAND,
    FOREIGN_WORDS,
    SELLER,
    leave,
    open_stage,
    prepare,
    run_attached,
    speaking_seller_of,
)

if TYPE_CHECKING:
    from emulator.attach.proxy import Passage

NOTHING_CAME = 1
_LED_HERE = {"joined", "plain"}
NO_PROXY_ADVICE = (
    "It asked no proxy. It may have asked nothing at all; or its library reads none of these variables:\n"
    "  on Linux `trendyol-emulator exec --isolated -- CMD` needs none of them; elsewhere\n"
    "  `serve --tls --tls-port 443 --hosts` prints lines for the hosts file; or set its base URL to\n"
    "  $TRENDYOL_BASE_URL, which exec sets."
)
NO_TRUST_ADVICE = (
    "It came, and broke off before a request: it does not trust the certificate. Its library has roots of\n"
    "  its own: have it read the bundle of SSL_CERT_FILE, or add the authority of `--ca FILE` there."
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a program did."""

    command: str
    """Its name."""
    requests: int
    """How many requests reached the stage."""
    passages: Sequence[Passage]
    """What came through the proxies."""
    bundles: Mapping[str, bool | None]
    """Whether the bundle of each variable was read; None where this file system does not say."""


@click.command(context_settings=FOREIGN_WORDS, epilog="Example: trendyol-emulator doctor -- php shop.php")
@with_options(*STAGE_OPTIONS, *ATTACH_OPTIONS)
@SELLER
@COMMAND
def doctor(command: Sequence[str], **options: Any) -> None:
    """Run a program as exec does, and say which variables it honoured, and what to do where none."""
    if not command:
        raise click.UsageError("Say what to examine: trendyol-emulator doctor -- CMD")
    with ExitStack() as stack:
        diagnosis = diagnose(stack, command, {**options, "isolated": False})
        click.echo("\n".join(report_lines(diagnosis)))
        leave(stack, 0 if diagnosis.requests else NOTHING_CAME)


def diagnose(stack: ExitStack, command: Sequence[str], options: dict[str, Any]) -> Diagnosis:
    """Run a program with a proxy and a bundle for each variable."""
    from emulator.attach.environment import (
        JAVA,
        PRELOADS,
        PROXY_VARIABLES,
        Attachment,
        variables_of,
        write_files,
    )
    from emulator.verbs.opening import account_variables

    folder, certificates = prepare(stack, options)
    local_stage = open_stage(stack, folder, certificates, options)
    passages: list[Passage] = []
    ways = (*PROXY_VARIABLES, JAVA, PRELOADS)
    ports = {way: local_stage.open_proxy(way, options["tunnel"], passages) for way in ways}
    write_files(folder, certificates.authority.read_bytes(), os.environ)
    bundles = copy_bundles(folder)
    variables = variables_of(Attachment(folder, ports[PROXY_VARIABLES[0]], ports, bundles))
    seller = speaking_seller_of(local_stage, options["seller"])
    is_seen = shows_reads(folder)
    for path in bundles.values():
        forget_reads(path)
    run_attached(command, variables, account_variables(local_stage, seller))
    reads = {name: was_read(path) if is_seen else None for name, path in bundles.items()}
    return Diagnosis(command[0], len(local_stage.stage.journal.select()), passages, reads)


def copy_bundles(folder: Path) -> dict[str, Path]:
    """Make a copy of the bundle for each variable that names one; Java's store is its own."""
    from emulator.attach.environment import JAVA, PHP
    from emulator.attach.trust import BUNDLE_VARIABLES

    content = (folder / "bundle.pem").read_bytes()
    copies = {name: folder / f"bundle-{name}.pem" for name in (*BUNDLE_VARIABLES, PHP)}
    for path in copies.values():
        path.write_bytes(content)
    return {**copies, JAVA: folder / "java-trust.p12"}


def forget_reads(path: Path) -> None:
    """Have a file look as if nobody had ever read it."""
    os.utime(path, (0, path.stat().st_mtime))


def was_read(path: Path) -> bool:
    """Say whether somebody has read a file since."""
    return path.stat().st_atime > 0


def shows_reads(folder: Path) -> bool:
    """Say whether the file system of a folder takes note of reads."""
    probe = folder / "probe"
    probe.write_bytes(b"?")
    forget_reads(probe)
    probe.read_bytes()
    return was_read(probe)


def report_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """Write what was found, what was not used, and what to do."""
    counts = Counter(one.way for one in diagnosis.passages if one.what in _LED_HERE)
    yield f"{diagnosis.command}: {count_of(diagnosis.requests, 'request')} reached the stage"
    yield from (f"  {way:24}led {count_of(count, 'connection')} here" for way, count in counts.items())
    yield from (f"  {name:24}its bundle was read" for name, is_read in diagnosis.bundles.items() if is_read)
    if None in diagnosis.bundles.values():
        yield "  (this file system does not say which bundles were read)"
    yield from (f"  {host:24}{what}" for host, what in sorted(other_hosts(diagnosis.passages).items()))
    yield from advice(diagnosis, sum(counts.values()))


def other_hosts(passages: Sequence[Passage]) -> dict[str, str]:
    """Say what became of connections to other hosts."""
    words = {"refused": "is none of the vendor's and was refused; --tunnel lets it through"}
    return {one.host: words.get(one.what, f"was {one.what}") for one in passages if one.what not in _LED_HERE}


def advice(diagnosis: Diagnosis, connections: int) -> Iterator[str]:
    """Say what to do."""
    if diagnosis.requests and connections:
        yield "It honours what it was given: run it with trendyol-emulator exec."
    elif diagnosis.requests:
        yield "It took its base URL from the environment, and needs neither proxy nor certificate."
    else:
        yield NO_TRUST_ADVICE if connections else NO_PROXY_ADVICE
