"""What only POSIX has is missed neither by an import nor by a check."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.tests.places import ROOT

TAKE_AWAY = """
import os, signal, socket, sys, time
for module, names in {
    os: ("killpg", "setsid", "fork", "getuid", "geteuid", "getpgid", "mkfifo", "statvfs", "pread"),
    signal: ("SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "SIGCHLD", "setitimer", "pthread_sigmask"),
    socket: ("SO_REUSEPORT",),
    time: ("tzset",),
}.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
for name in ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"):
    sys.modules[name] = None
"""
IMPORT_ALL = f"""
import importlib, pathlib
import click, granian, hypothesis, pytest, requests, rich, time_machine, asyncio, subprocess, multiprocessing
import flask, werkzeug.serving, httpcore, httpx, aiohttp, urllib3, faker, jsonschema_rs, joserfc, schemathesis
import flask_swagger_ui, rich.progress, click.testing, pytest, xdist, prometheus_client
{TAKE_AWAY}
del socket.AF_UNIX
sys.modules["posix"] = None

broken = []
for folder in ("emulator", "contract_tests"):
    for path in sorted(pathlib.Path(folder).rglob("*.py")):
        if {{"tests", "independent", "__main__.py"}} & set(path.parts):
            continue
        try:
            importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        except (ImportError, AttributeError) as fault:
            broken.append(f"{{path}}: {{fault}}")
print("\\n".join(broken))
"""
# Every process below starts with this. Libraries that do other things there keep what they hold of it here.
SITE = f"""
import asyncio, multiprocessing.popen_spawn_posix, signal, subprocess, types
import granian._signals
granian._signals.signal = types.SimpleNamespace(**vars(signal))
subprocess.Popen.kill = subprocess.Popen.terminate
multiprocessing.set_start_method("spawn")
{TAKE_AWAY}
"""
SHOP = """
import os, sys, urllib.request
assert not hasattr(os, "killpg")

def ask(base):
    try:
        urllib.request.urlopen(base + "/integration/product/sellers/2748/products/approved?size=101").close()
    except OSError:
        pass

class Shop:
    def sync(self, stage): ask(stage.base_url)
    def export(self, kind): return []
    def reset(self): pass

if __name__ == "__main__" and sys.argv[-1] == "sync":
    ask(os.environ["TRENDYOL_BASE_URL"])
"""
SCENARIO = """
{"version": 1, "name": "quiet", "profile": "catalog-pull", "edition": "int", "storefront": "RO", "seed": 0,
 "now_ms": 1795599000000}
"""
CONFIG = 'profiles = ["catalog-pull"]\n[integration]\npython = "shop:Shop"\n'
EXIT_OF_FINDINGS = 1


def test_every_shipped_file_is_imported_without_what_only_posix_has() -> None:
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.stdout.strip(), result.stderr) == ("", "")


@pytest.mark.parametrize("command", [(), ("--", sys.executable, "shop.py")], ids=["in process", "by command"])
def test_scenario_is_played_without_what_only_posix_has(command: tuple[str, ...], tmp_path: Path) -> None:
    files = {"sitecustomize.py": SITE, "shop.py": SHOP, "scenario.json": SCENARIO}
    for name, text in {**files, "trendyol-emulator.toml": CONFIG}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "emulator", "replay", "scenario.json", *command],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == EXIT_OF_FINDINGS, result.stderr
    assert "MUST TY-CAT-001" in result.stdout
    assert "Traceback" not in result.stderr
