"""Saves a failure in a folder: its scenario, a test, the traffic, curl lines and the timeline."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Collection, Sequence
from pathlib import Path
from textwrap import indent

from contract_tests.engine.outcome import Outcome
from contract_tests.engine.picture import picture_of
from contract_tests.records.findings import BASE_VARIABLE, curl
from contract_tests.records.har import write_archive
from contract_tests.records.masking import MASK
from contract_tests.records.printable import printable
from contract_tests.records.scenario import scenario_json
from contract_tests.records.story import Failure, Say, as_markdown, timeline

OUTPUT_CHARS = 8_000

TEST = '''"""Plays one scenario again: {title}."""

from pathlib import Path

from contract_tests import replayed

COMMAND: list[str] = {command}


def test_{name}() -> None:
    outcome = replayed(Path(__file__).with_name("scenario.json"), COMMAND)
    assert not outcome.blocking, outcome.summary
'''


# The lines reach the scenario's world; who starts the file alone has that world opened first, by the program
# on the path or, where no environment is activated, by the one in .venv.
REQUESTS = f"""#!/bin/sh
# Sends the requests of this scenario to its world again; the comment is the status they had.
[ -n "${{{BASE_VARIABLE}:-}}" ] || {{
  PATH="$PATH:$PWD/.venv/bin"
  exec trendyol-emulator replay "$(dirname "$0")/scenario.json" --serve -- sh "$0"
}}
"""


def failure_of(
    outcome: Outcome,
    command: Sequence[str] = (),
    folder: Path | None = None,
    earlier_rules: Collection[str] = (),
    say: Say = str,
) -> Failure:
    """Make the failure of an outcome, and write its artefacts when a folder is given.

    Shapes: ``command`` drives the integration, empty where the config says how; ``folder`` is made;
    ``earlier_rules``, which smaller failures break as well, come last; ``say`` gives what people read in the
    language of the reader.
    """
    moments = timeline(outcome.recording, outcome.verdict.findings)
    grave = sorted(outcome.blocking, key=lambda finding: finding.rule.id in earlier_rules)
    failure = Failure(
        scenario=outcome.scenario,
        rules=tuple(dict.fromkeys(finding.rule.id for finding in grave)),
        sentence=grave[0].evidence,
        timeline=moments,
        folder=folder,
        repeat=repeat_line(folder, command),
    )
    if folder is not None:
        write(folder, outcome, failure, command, say)
    return failure


def repeat_line(folder: Path | None, command: Sequence[str]) -> str:
    """Write the shell line that plays a saved scenario again."""
    if folder is None:
        return ""
    words = f" -- {shlex.join(command)}" if command else ""
    return f"trendyol-emulator replay {shlex.quote(str(folder / 'scenario.json'))}{words}"


def write(folder: Path, outcome: Outcome, failure: Failure, command: Sequence[str], say: Say) -> None:
    """Write scenario.json, test_scenario.py, traffic.har, requests.sh, timeline.md and story.json."""
    folder.mkdir(parents=True, exist_ok=True)
    name = slug(f"{failure.scenario.profile} {failure.rules[0]}").replace("-", "_")
    title = f"{failure.scenario.profile}, {failure.rules[0]}"
    exchanges = outcome.recording.history.exchanges
    (folder / "scenario.json").write_bytes(scenario_json(failure.scenario))
    (folder / "test_scenario.py").write_text(
        TEST.format(title=title, name=name, command=list(command)), encoding="utf-8"
    )
    archive = write_archive(outcome.recording.entries)
    secret = outcome.recording.account.secret.encode()
    (folder / "traffic.har").write_bytes(archive.replace(secret, MASK.encode()) if secret else archive)
    lines = (f"{curl(one, f'${BASE_VARIABLE}')}  # {one.status or 'no answer'}" for one in exchanges)
    (folder / "requests.sh").write_text("\n".join([REQUESTS, *lines]) + "\n", encoding="utf-8")
    digest = say(f"Digest of the traffic: `{outcome.recording.digest}`")
    heading = f"# {title}\n\n{say(failure.sentence)}\n\n{digest}\n\n"
    text = printable(heading + as_markdown(failure.timeline, say) + outputs_of(outcome, say))
    (folder / "timeline.md").write_text(text, encoding="utf-8")
    story = picture_of(outcome, failure)
    (folder / "story.json").write_bytes(story.replace(secret, MASK.encode()) if secret else story)


def outputs_of(outcome: Outcome, say: Say) -> str:
    """Write what the client printed in each run of the scenario, its end."""
    parts = [
        f"\n## {say(f'The client printed in sync {number}')}\n\n{indent(text[-OUTPUT_CHARS:], ' ' * 4)}\n"
        for number, sync in enumerate(outcome.recording.syncs, start=1)
        if (text := sync.run.output.strip())
    ]
    return "".join(parts)


def free_folder(parent: Path, name: str) -> Path:
    """Make a new folder ``name-1``, or with the next number that nobody has taken."""
    parent.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        folder = parent / f"{name}-{number}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise AssertionError("numbers do not end")


def slug(text: str) -> str:
    """Write a text as a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
