"""A client as a command: one verb, the environment, and an exit code."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing

from contract_tests.clients.client import Client, export, sync
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Problem

USAGE = "usage: PROFILE sync | PROFILE export KIND | PROFILE reset | PROFILE listen"


def run_verb(client: Client, words: Sequence[str], environment: Mapping[str, str], copy: LocalCopy) -> int:
    """Do one verb; 0 when all of it was done, 1 when something went wrong, with what on stderr.

    Shapes: sync, export KIND (rows on stdout, a JSON object a line), reset, listen until SIGTERM ends it.
    """
    try:
        match words:
            case ["sync"]:
                sync(client, environment, copy)
            case ["export", kind]:
                for row in export(client, kind, copy):
                    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            case ["reset"]:
                copy.reset()
            case ["listen"] if client.listen:
                client.listen(environment, copy, threading.Event())
            case _:
                raise Problem(USAGE)
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def main(client: Client, words: Sequence[str]) -> int:
    """Run one verb as a command.

    Units: the copy lives at CLIENT_STORE; without it the run keeps nothing.
    """
    with closing(LocalCopy(os.environ.get("CLIENT_STORE") or ":memory:")) as copy:
        return run_verb(client, words, os.environ, copy)
