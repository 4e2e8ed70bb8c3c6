"""What a verb needs before it begins: places that can be written, packages that are installed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

# What is loaded late, so that the rest of the kit works without it.
PACKAGE_OF: Mapping[str, str] = {"hypothesis": "hypothesis", "time_machine": "time-machine"}


class CannotWrite(Exception):
    """A place for reports or findings cannot be written; the text is one sentence for people."""


class MissingPackage(Exception):
    """A package that the run will need is not installed; the text is one sentence for people."""


def check_report_places(paths: Iterable[Path]) -> None:
    """Make the folders of reports and try each place, before anything is played.

    Errors: CannotWrite.
    """
    for path in paths:
        if path.is_dir():
            raise CannotWrite(f"{path} is a folder: a report is a file")
        check_folder(path.parent)
        if path.exists():
            _try_file(path)


def check_folder(folder: Path) -> None:
    """Make a folder, and try to write in it; one that was empty before is not left behind.

    Errors: CannotWrite.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".trendyol-emulator-"):
            pass
    except OSError as fault:
        raise CannotWrite(f"{folder} cannot be written: {fault.strerror}; choose another place") from fault


def check_findings_folder(folder: Path) -> None:
    """Try the folder that failures are saved in, and take it away again where it is empty.

    Errors: CannotWrite.
    """
    is_new = not folder.exists()
    check_folder(folder)
    if is_new:
        folder.rmdir()


def _try_file(path: Path) -> None:
    try:
        path.open("ab").close()
    except OSError as fault:
        raise CannotWrite(f"{path} cannot be written: {fault.strerror}; choose another place") from fault


def check_tls() -> None:
    """See that certificates can be made.

    Errors: MissingPackage.
    """
    if find_spec("trustme") is None:
        raise MissingPackage("trustme is not installed: pip install 'trendyol-emulator[tls]'")


def check_packages(*, draws: bool, in_process: bool) -> None:
    """Name what is not installed and would be missed in the middle of a run.

    Errors: MissingPackage.
    """
    modules = [*(["hypothesis"] if draws else []), *(["time_machine"] if in_process else [])]
    missing = [PACKAGE_OF[name] for name in modules if find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        hint = " (or give --examples 0)" if missing == ["hypothesis"] else ""
        raise MissingPackage(f"{names} is not installed: pip install 'trendyol-emulator[kit]'{hint}")
