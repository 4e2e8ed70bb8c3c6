"""The verb exec: a stage, and a program on it that names the vendor's hosts."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from emulator.options import (
    ATTACH_OPTIONS,
    ENVIRONMENT,
    FAULT,
    STAGE_OPTIONS,
    complain,
    count_of,
    open_folder,
    option,
    with_options,
)
from emulator.verbs.faults import fault_body

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.attach.certificates import Certificates
    from emulator.attach.environment import Variable
    from emulator.verbs.opening import OpenStage
    from emulator.world.accounts.sellers import Seller

FINDINGS = 1
SELLER = option("--seller", type=int, help="Whose keys TRENDYOL_... name; the first international one's.")
COMMAND = click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="-- CMD...")
FOREIGN_WORDS = {"allow_interspersed_args": False}
"""What stands behind the program is the program's."""


@click.command(
    "exec", context_settings=FOREIGN_WORDS, epilog="Example: trendyol-emulator exec -- php shop.php"
)
@with_options(*STAGE_OPTIONS, *ATTACH_OPTIONS)
@SELLER
@option("--fault", multiple=True, metavar="FAULT", help="Plan one: getSettlements:at=3,status=429, or JSON.")
@option("--lint", default="warn", type=click.Choice(["off", "warn", "error"]), help="Judge its traffic.")
@option("--isolated", is_flag=True, help="No proxy: its own network, where the names are the stage (Linux).")
@option("--print-env", is_flag=True, help="Print the variables for a shell, and stay until Ctrl-C.")
@COMMAND
def exec_verb(command: Sequence[str], **options: Any) -> None:
    """Run a program that names the vendor's hosts on a stage of its own, and end with its exit code."""
    if not command and not options["print_env"]:
        raise click.UsageError("Say what to run: trendyol-emulator exec -- CMD")
    if command and options["print_env"]:
        raise click.UsageError("--print-env prints and runs nothing: leave CMD out.")
    with ExitStack() as stack:
        local_stage, variables, account = open_attached(stack, options)
        if options["print_env"]:
            print_environment(variables, account)
            code = 0
        else:
            code = run_attached(command, variables, account)
            summarize(local_stage)
            code = judged_code(local_stage, options["lint"], code)
        leave(stack, code)


def leave(stack: ExitStack, code: int) -> None:
    """Close everything and end at once: threads of the server would keep the process."""
    stack.close()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def open_attached(
    stack: ExitStack, options: dict[str, Any]
) -> tuple[OpenStage, Sequence[Variable], Mapping[str, str]]:
    """Open a stage, and give the variables that lead a program to it and those of its account."""
    from emulator.attach.environment import Attachment, variables_of, write_files
    from emulator.verbs.opening import account_variables

    folder, certificates = prepare(stack, options)
    is_isolated = options["isolated"]
    local_stage = open_stage(stack, folder, certificates, options, (80, 443) if is_isolated else (0, 0))
    plan_faults(local_stage, options["fault"])
    seller = speaking_seller_of(local_stage, options["seller"])
    passages = RefusalsTold()
    port = None if is_isolated else local_stage.open_proxy("", options["tunnel"], passages)
    write_files(folder, certificates.authority.read_bytes(), os.environ)
    return local_stage, variables_of(Attachment(folder, port)), account_variables(local_stage, seller)


def speaking_seller_of(local_stage: OpenStage, number: int | None) -> Seller:
    """Give the seller whose keys a program finds, or say in one sentence that there is none."""
    from emulator.verbs.opening import speaking_seller

    try:
        return speaking_seller(local_stage.stage, number)
    except LookupError as fault:
        complain(fault.args[0], FAULT)


def prepare(stack: ExitStack, options: Mapping[str, Any]) -> tuple[Path, Certificates]:
    """Make the folder and the certificates, in a network of its own where that is asked for."""
    from pathlib import Path

    from emulator.attach.certificates import CertificateFault, make_certificates
    from emulator.attach.isolation import CannotIsolate, isolate
    from emulator.contract.contract import vendor_hosts

    folder = open_folder(stack)
    kept_file = Path(options["ca"]) if options["ca"] else None
    try:
        certificates = make_certificates(folder, vendor_hosts(), kept_file)
        if options["isolated"]:
            isolate(folder, vendor_hosts())
    except (CertificateFault, CannotIsolate) as fault:
        complain(fault, ENVIRONMENT)
    return folder, certificates


def open_stage(
    stack: ExitStack,
    folder: Path,
    certificates: Certificates,
    options: Mapping[str, Any],
    ports: tuple[int, int] = (0, 0),
) -> OpenStage:
    """Open a stage with the options of the call, or say in one sentence why it cannot be."""
    from emulator.contract.faults import SpecFault
    from emulator.start_up import PlaceFault, sentence_on, settings_of
    from emulator.verbs.opening import LOOPBACK, opened_stage

    try:
        settings = settings_of(folder, **{**options, "host": LOOPBACK})
        return stack.enter_context(opened_stage(settings, certificates, ports))
    except (SpecFault, ValueError) as fault:
        complain(fault, ENVIRONMENT if isinstance(fault, PlaceFault) else FAULT)
    except Exception as fault:
        sentence = sentence_on(fault, options["world"])
        if sentence is None:
            raise
        complain(sentence, ENVIRONMENT)


def plan_faults(local_stage: OpenStage, faults: Sequence[str]) -> None:
    """Plan the faults of the call."""
    for text in faults:
        status, answer = local_stage.ask("POST", "/_emulator/faults", fault_body(text))
        if status >= 400:
            complain(f"--fault {text}: {answer['message']}", FAULT)


class RefusalsTold(list[Any]):
    """What came through the proxy; each host that is refused is said once."""

    def append(self, passage: Any) -> None:
        """Take note of one."""
        from emulator.attach.proxy import refusal

        is_new = all(each.host != passage.host for each in self)
        super().append(passage)
        if passage.what == "refused" and is_new:
            say(refusal(passage.host))


def say(sentence: str) -> None:
    """Say a sentence on standard error, where it is not taken for the program's output."""
    click.secho(f"trendyol-emulator: {sentence}", fg="yellow", err=True)


def run_attached(command: Sequence[str], variables: Sequence[Variable], account: Mapping[str, str]) -> int:
    """Run a program with the variables, and give its exit code."""
    from emulator.attach.environment import joined_environment, unproxied_hosts
    from emulator.contract.contract import vendor_hosts
    from emulator.verbs.program import NotStarted, run_program

    for host in unproxied_hosts(os.environ, vendor_hosts()):
        say(f"NO_PROXY keeps {host} from the proxy: what is asked of it goes to the real one")
    try:
        return run_program(command, joined_environment(os.environ, variables, account))
    except NotStarted as fault:
        complain(fault, fault.code)


def print_environment(variables: Sequence[Variable], account: Mapping[str, str]) -> None:
    """Print the variables as a shell takes them, and wait for a signal."""
    from emulator.attach.environment import Variable
    from emulator.verbs.program import signals_not_ignored

    ending = threading.Event()
    for number in signals_not_ignored(("SIGINT", "SIGTERM", "SIGHUP")):
        signal.signal(number, lambda *_: ending.set())
    for one in [*variables, *(Variable(name, value) for name, value in account.items())]:
        click.echo(one.shell_line())
    sys.stdout.flush()
    say(f"the stage is at {account['TRENDYOL_BASE_URL']} until Ctrl-C")
    ending.wait()


def summarize(local_stage: OpenStage) -> None:
    """Say how much was asked, or what to do where nothing was."""
    exchanges = local_stage.stage.journal.select()
    refusals = sum(1 for one in exchanges if one.refusal is not None)
    if exchanges:
        say(f"{count_of(len(exchanges), 'request')}, {refusals} of them refused")
    else:
        say("the program asked the vendor's hosts nothing; `trendyol-emulator doctor -- CMD` says why")


def judged_code(local_stage: OpenStage, lint: str, code: int) -> int:
    """Have the traffic judged, print the findings, and give the exit code that they leave."""
    exchanges = local_stage.stage.journal.select()
    if lint == "off" or not exchanges:
        return code
    from emulator.stage.judging import judge_exchanges
    from emulator.verbs.findings import finding_lines

    try:
        judge = local_stage.dispatcher.stages.find_judge()
    except ModuleNotFoundError as missing:
        say(f"--lint needs the kit ({missing.name} is missing): pip install 'trendyol-emulator[kit]'")
        return code or (ENVIRONMENT if lint == "error" else 0)
    rows = judge_exchanges(exchanges, judge) if judge else []
    for line in finding_lines(rows):
        click.echo(line, err=True)
    return code or (FINDINGS if lint == "error" and any(row["level"] == "MUST" for row in rows) else 0)
