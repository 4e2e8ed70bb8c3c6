"""A network of this process's own, in which the vendor's names are its loopback; on Linux alone."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_NEW_MOUNTS, _NEW_USER, _NEW_NETWORK = 0x20000, 0x10000000, 0x40000000
_BIND, _PRIVATE_BELOW = 0x1000, 0x44000
_SET_FLAGS, _IS_UP, _NAME_BYTES = 0x8914, 1, 16
_HOSTS = Path("/etc/hosts")


class CannotIsolate(Exception):
    """A network of our own cannot be had here; the text is one sentence for people."""


def isolate(folder: Path, hosts: Iterable[str]) -> None:
    """Take this process, and what it starts, into a network without a route, where the hosts are loopback.

    Shapes: ``folder`` is where the hosts file is written that lies over the system's. No thread may run yet.
    Errors: CannotIsolate.
    """
    if not sys.platform.startswith("linux"):
        raise CannotIsolate("--isolated needs Linux: leave it out, or take serve --tls --hosts")
    place = folder / "hosts"
    place.write_text(hosts_lines(hosts) + _HOSTS.read_text(encoding="utf-8"), encoding="utf-8")
    user, group = os.getuid(), os.getgid()
    try:
        _check("unshare", (_NEW_MOUNTS | _NEW_NETWORK | (_NEW_USER if user else 0),))
        if user:
            _keep_user(user, group)
        _check("mount", (b"none", b"/", None, _PRIVATE_BELOW, None))
        _check("mount", (os.fsencode(place), os.fsencode(_HOSTS), None, _BIND, None))
        _raise_loopback()
    except OSError as fault:
        raise CannotIsolate(
            f"--isolated is not allowed here ({fault.strerror}): it needs root, or user namespaces "
            "(kernel.unprivileged_userns_clone, in a container the capability SYS_ADMIN)"
        ) from fault


def hosts_lines(hosts: Iterable[str], address: str = "127.0.0.1") -> str:
    """Write the lines of a hosts file that lead the vendor's names to an address."""
    return "".join(f"{address}\t{host}\n" for host in hosts)


def _check(function: str, words: tuple[object, ...]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = [ctypes.c_ulong(word) if isinstance(word, int) else word for word in words]
    if getattr(libc, function)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _keep_user(user: int, group: int) -> None:
    """Be who we were in the new namespace, too."""
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def _raise_loopback() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack(f"{_NAME_BYTES}sH14x", b"lo", _IS_UP)
        fcntl.ioctl(any_socket, _SET_FLAGS, request)
