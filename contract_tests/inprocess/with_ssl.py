"""ssl: a file of certificates that was read once is read again only where something is really encrypted."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from contract_tests.inprocess.hosts import Reach
from contract_tests.inprocess.patching import Patches

# What a context is asked for that depends on its certificates.
NEEDS = ("wrap_socket", "wrap_bio", "get_ca_certs", "cert_store_stats")
_READ_FILES: set[tuple[str, int, int]] = set()


def install(patches: Patches, _: Reach, module: ModuleType) -> None:
    """Put the reading off: httpx reads every authority of the world for each client that it makes."""
    kind: Any = module.SSLContext
    really = kind.load_verify_locations

    def load_verify_locations(self: Any, cafile: Any = None, capath: Any = None, cadata: Any = None) -> None:
        version = _version(cafile) if capath is None and cadata is None else None
        if version in _READ_FILES and not vars(self).keys() & NEEDS:
            _put_off(self, partial(really, self, cafile))
            return
        really(self, cafile, capath, cadata)
        if version is not None:
            _READ_FILES.add(version)

    patches.put(kind, "load_verify_locations", load_verify_locations)


def _version(file: Any) -> tuple[str, int, int] | None:
    """Name a file as it is now; None for what is none, which is refused as ever."""
    try:
        facts = os.stat(file)
    except (OSError, TypeError, ValueError):
        return None
    return os.fsdecode(file), facts.st_mtime_ns, facts.st_size


def _put_off(context: Any, read: Callable[[], None]) -> None:
    """Read before the context is first asked for what depends on it, within the block or after it."""

    def after_reading(name: str, *arguments: Any, **options: Any) -> Any:
        for one in NEEDS:
            vars(context).pop(one, None)
        read()
        return getattr(context, name)(*arguments, **options)

    for name in NEEDS:
        setattr(context, name, partial(after_reading, name))
