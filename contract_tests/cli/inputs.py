"""What a call names: numbers that must make sense, addresses, and files that are read."""

from __future__ import annotations

import math
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import click

SCHEMES = ("http://", "https://")
MOST_PORTS = 2**16


class CannotRead(Exception):
    """A file that a call names cannot be read; the text is one sentence for people."""


class Address(click.ParamType[str]):
    """The address of an emulator."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no address."""
        text = str(value)
        if not text.startswith(SCHEMES) or not _host_of(text):
            self.fail(f"{text} is no address of an emulator: write http://HOST:PORT.", param, ctx)
        return text


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


class Seconds(click.FloatRange):
    """A number of seconds that ends."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse what is no number or never ends."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return number


class Port(click.ParamType[int]):
    """The number of a port."""

    name = "port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Refuse what is no port."""
        text = str(value)
        if not text.isdecimal() or int(text) >= MOST_PORTS:
            self.fail(f"{text} is no port: give a number from 0 to 65535; 0 takes a free one.", param, ctx)
        return int(text)


def open_recording(path: Path) -> IO[bytes]:
    """Open a HAR file.

    Errors: CannotRead.
    """
    try:
        return path.open("rb")
    except OSError as fault:
        raise CannotRead(
            f"{path} cannot be read: {fault.strerror}; give a HAR file, or an emulator as http://HOST:PORT"
        ) from fault


def read_scenario_file(path: Path) -> bytes:
    """Read the file of a scenario.

    Errors: CannotRead.
    """
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CannotRead(
            f"{path} cannot be read: {fault.strerror}; give the scenario.json that a check has saved"
        ) from fault
