"""Clients in other languages: each profile's node/ and php/ folders, over what clients/ shares."""

from __future__ import annotations

from pathlib import Path

from contract_tests.profiles.variants import Broken

NODE, PHP = "node", "php"
PROGRAMS = {NODE: "client.mjs", PHP: "client.php"}


def right_command(language: str, profile: str) -> tuple[str, ...]:
    """The command of the right client of a language; the verb follows it."""
    folder = Path(__file__).parent / profile.replace("-", "_")
    return language, str(folder / language / PROGRAMS[language])


def foreign_client(
    language: str,
    name: str,
    profile: str,
    description: str,
    field_note: str,
    caught_by: tuple[str, ...],
    needs: str = "",
    edition: str = "int",
) -> Broken:
    """The client of another language with one of its faults."""
    script = (*right_command(language, profile), f"--broken={name}")
    full_name = f"{language}_{name}"
    return Broken(
        full_name, profile, description, field_note, caught_by, script=script, needs=needs, edition=edition
    )
