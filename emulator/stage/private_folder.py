"""The folder for the private files of one process; those of killed ones are removed when the next is made."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows: nothing is removed there that may be in use.
    fcntl = None  # type: ignore[assignment]

PREFIX = "trendyol-emulator-private-"
_LOCK = "in-use"


@contextmanager
def private_folder() -> Iterator[Path]:
    """Have a folder for a block, locked for as long as this process or a child of it lives.

    Errors: OSError where no folder can be made.
    """
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        folder = Path(name)
        with (folder / _LOCK).open("wb") as lock:
            _take(lock)
            remove_left_folders(folder.parent)
            yield folder


def remove_left_folders(parent: Path) -> None:
    """Remove the folders whose process is gone: nobody holds their lock."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / _LOCK).open("r+b") as lock:
            if _take(lock):
                shutil.rmtree(folder, ignore_errors=True)


def _take(lock: IO[bytes]) -> bool:
    """Lock a file; False where another process has it, or the system knows no such locks."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
