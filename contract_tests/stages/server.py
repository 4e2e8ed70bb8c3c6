"""A real emulator process on a free port, for as long as a block runs."""

from __future__ import annotations

import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO
from urllib.parse import urlsplit

from contract_tests.stages.interruption import shield
from contract_tests.stages.processes import end_session, ending_in_order, start_session
from contract_tests.virtual_time.ports import accepts

LISTENING = re.compile(r"Listening on (http://\S+)")
STOP_S = 5.0
POLL_S = 0.02


class ServerFailed(Exception):
    """The emulator did not come up; the text is what it printed."""


@contextmanager
def serving(*args: str, timeout_s: float = 15.0) -> Iterator[str]:
    """Run `trendyol-emulator serve --port 0` with ``args`` and give its base URL, without a slash at the end.

    Units: ``timeout_s`` real seconds until it must listen.
    Errors: ServerFailed when it ends, or does not listen in time.
    """
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0", *args]
    with listening(command, timeout_s) as address:
        yield address


@contextmanager
def listening(command: Sequence[str], timeout_s: float) -> Iterator[str]:
    """Run a server in a session of its own, give the address it prints, and end the whole session.

    Units: ``timeout_s`` real seconds until it must accept connections.
    Errors: ServerFailed when it ends, or does not listen in time.
    """
    with ExitStack() as stack:
        with shield():
            process = start_session(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            assert process.stdout is not None
            addresses: queue.Queue[str | None] = queue.Queue()
            output_lines: list[str] = []
            arguments = (process.stdout, addresses, output_lines)
            reader = threading.Thread(target=_read, args=arguments, daemon=True)
            reader.start()
            stack.callback(reader.join, STOP_S)
            stack.callback(end_session, process, STOP_S)
        with ending_in_order():
            yield _address(addresses, output_lines, timeout_s)


def _address(addresses: queue.Queue[str | None], output_lines: list[str], timeout_s: float) -> str:
    until = time.monotonic() + timeout_s
    try:
        address = addresses.get(timeout=timeout_s)
    except queue.Empty:
        raise ServerFailed(f"not listening after {timeout_s:g} s: {''.join(output_lines).strip()}") from None
    if address is None:
        raise ServerFailed("".join(output_lines).strip() or "it ended without a word")
    where = urlsplit(address)
    # The address is printed a moment before the port is open.
    while not accepts(where.hostname or "", where.port or 0):
        if time.monotonic() > until:
            raise ServerFailed(f"{address} accepts no connection after {timeout_s:g} s")
        time.sleep(POLL_S)
    return address


def _read(output: IO[str], addresses: queue.Queue[str | None], output_lines: list[str]) -> None:
    """Read on after the address is known, so that the child never waits for a full pipe."""
    is_listening = False
    with output:
        for line in output:
            address = None if is_listening else LISTENING.search(line)
            if address:
                is_listening = True
                addresses.put(address[1].rstrip("/"))
            if not is_listening:
                output_lines.append(line)
    addresses.put(None)
