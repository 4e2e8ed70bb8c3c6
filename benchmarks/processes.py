"""Child processes: started, waited for, weighed and stopped."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PATIENCE_S = 60.0
_POLL_S = 0.001


class NotStarted(Exception):
    """A server ended, or stayed silent, before its first answer."""


def free_port() -> int:
    """Give a loopback port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    """Give that of what is measured: Python keeps what it compiles, as an installation leaves it."""
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextlib.contextmanager
def running(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a session of its own, its output in ``log``; end the whole session afterwards."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, stdout=sink, stderr=sink, env=environment(), start_new_session=True
        )
        try:
            yield process
        except NotStarted as fault:
            sink.flush()
            raise NotStarted(f"{fault}\n{log.read_text(errors='replace')[-1000:]}") from None
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def first_answer(process: subprocess.Popen[bytes], port: int, path: str, headers: Mapping[str, str]) -> None:
    """Ask every millisecond until the path answers 200.

    Errors: NotStarted when the process ends first, or a minute passes.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while status(port, path, headers) != 200:
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(f"no 200 from {path}: {process.args!r} (exit {process.returncode})")
        time.sleep(_POLL_S)


def status(port: int, path: str, headers: Mapping[str, str]) -> int | None:
    """Ask once; None when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers))
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return response.status


def processor_s(pid: int) -> float:
    """Add up the processor time of a process and of all below it, in seconds; 0 where /proc is missing.

    Shapes: those that have ended and were waited for are part of it.
    """
    return sum(_ticks(member) for member in _family(pid)) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    with contextlib.suppress(OSError):
        # Behind the name in parentheses, which may hold anything, user and system time are the 12th and 13th,
        # and behind them stand those of the children that have ended.
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, words[11:15]))
    return 0


def resident_mib(pid: int) -> float:
    """Add up the resident memory of a process and of all below it; 0 where /proc is missing."""
    return sum(_resident_kib(member) for member in _family(pid)) / 1024


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from _family(int(child))


def _resident_kib(pid: int) -> int:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])
    return 0
