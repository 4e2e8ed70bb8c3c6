"""What only POSIX has breaks no import elsewhere."""

from __future__ import annotations

import subprocess
import sys

from contract_tests.tests.places import ROOT

IMPORT_ALL = """
import importlib, pathlib, sys
import click, granian, hypothesis, pytest, requests, rich, time_machine, asyncio, subprocess, multiprocessing
import flask, werkzeug.serving, httpcore, httpx, aiohttp, urllib3, faker, jsonschema_rs, joserfc, schemathesis
import os, signal, socket, time, flask_swagger_ui, rich.progress, click.testing, pytest, xdist

for module, names in {
    os: ("killpg", "setsid", "fork", "getuid", "geteuid", "getpgid", "mkfifo", "statvfs"),
    signal: ("SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "SIGCHLD", "setitimer", "pthread_sigmask"),
    socket: ("AF_UNIX", "SO_REUSEPORT"),
    time: ("tzset",),
}.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
for name in ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"):
    sys.modules[name] = None

broken = []
for folder in ("emulator", "contract_tests"):
    for path in sorted(pathlib.Path(folder).rglob("*.py")):
        if {"tests", "independent", "__main__.py"} & set(path.parts):
            continue
        try:
            importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        except (ImportError, AttributeError) as fault:
            broken.append(f"{path}: {fault}")
print("\\n".join(broken))
"""


def test_every_shipped_file_is_imported_without_what_only_posix_has() -> None:
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.stdout.strip(), result.stderr) == ("", "")
