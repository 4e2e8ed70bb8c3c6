"""A shell line as people write it in a workflow: with line ends, comments and several commands."""

from __future__ import annotations

import re

# Quoted text, an escaped character, a comment at the beginning of a word, or any other character.
PARTS = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.|(?P<comment>(?<![^\s;&|()])#[^\n]*)|.""", re.DOTALL)


def with_arguments(line: str) -> str:
    """Have a shell line hand its arguments on to its last command, whatever it ends with."""
    text = PARTS.sub(lambda part: "" if part["comment"] else part[0], line)
    return f'{text.rstrip()} "$@"'
