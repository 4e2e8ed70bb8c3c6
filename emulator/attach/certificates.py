"""A certificate authority of this machine, and the one certificate for the vendor's hosts that it signs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustme import CA

MISSING = "TLS needs trustme, which is not installed: pip install 'trendyol-emulator[tls]'"
_OWN_NAMES = ("localhost", "127.0.0.1", "::1")
_VALID_DAYS = 397
"""As long as browsers and Apple's systems accept of a certificate."""


class CertificateFault(Exception):
    """No certificate can be made; the text is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the certificates of a stage are, each a PEM file."""

    authority: Path
    """What a program has to trust; no key is in it."""
    chain: Path
    """What the stage shows."""
    key: Path
    """Its private key."""


def make_certificates(folder: Path, hosts: Iterable[str], kept_authority: Path | None = None) -> Certificates:
    """Make a certificate for the vendor's hosts and this machine, signed by a new authority or a kept one.

    Shapes: ``kept_authority`` is a PEM file of a certificate, its key beside it with the suffix ``.key``;
    both are made where there are none.
    Errors: CertificateFault when trustme is missing or the kept authority cannot be used.
    """
    authority = new_authority() if kept_authority is None else keep_authority(kept_authority)
    until = datetime.now(UTC) + timedelta(days=_VALID_DAYS)
    leaf = authority.issue_cert(*hosts, *_OWN_NAMES, not_after=until)
    places = Certificates(folder / "ca.pem", folder / "chain.pem", folder / "key.pem")
    places.authority.write_bytes(authority.cert_pem.bytes())
    places.chain.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    write_private(places.key, leaf.private_key_pem.bytes())
    return places


def new_authority() -> CA:
    """Make an authority that nobody has seen before.

    Errors: CertificateFault when trustme is missing.
    """
    try:
        from trustme import CA
    except ImportError as fault:
        raise CertificateFault(MISSING) from fault
    return CA(organization_name="trendyol-emulator", organization_unit_name="local test authority")


def keep_authority(place: Path) -> CA:
    """Read a kept authority, or make it where there is none yet.

    Errors: CertificateFault.
    """
    key = place.with_suffix(".key")
    fresh = new_authority()
    try:
        if not place.exists() and not key.exists():
            write_private(key, fresh.private_key_pem.bytes())
            place.write_bytes(fresh.cert_pem.bytes())
            return fresh
        return type(fresh).from_pem(place.read_bytes(), key.read_bytes())
    except OSError as fault:
        raise CertificateFault(f"--ca {place}: {fault.filename} cannot be used: {fault.strerror}") from fault
    except ValueError as fault:
        raise CertificateFault(f"--ca {place}: this and {key.name} are no certificate and its key") from fault


def write_private(place: Path, content: bytes) -> None:
    """Write a file that nobody else may read."""
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
