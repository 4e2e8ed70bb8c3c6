"""What programs trust: bundles that hold the system's roots and one authority more, as PEM and for Java."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

BUNDLE_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE",
)
"""The variables that name a bundle, each read by other programs."""
JAVA_PASSWORD = "changeit"
"""What everybody's trust store has for a password: it holds no secret."""
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/opt/homebrew/etc/ca-certificates/cert.pem",
)


def root_certificates(environment: Mapping[str, str]) -> bytes:
    """Give the roots that this machine and the caller's variables trust, as PEM.

    Where there is no bundle, as on Windows, the system's store is asked.
    """
    bundles = [path.read_bytes().rstrip() for path in dict.fromkeys(_bundles(environment)) if path.is_file()]
    if bundles:
        return b"\n".join([*dict.fromkeys(bundles), b""])
    stored_roots = ssl.create_default_context().get_ca_certs(binary_form=True)
    return "".join(map(ssl.DER_cert_to_PEM_cert, stored_roots)).encode()


def _bundles(environment: Mapping[str, str]) -> Iterator[Path]:
    yield from (Path(environment[name]) for name in BUNDLE_VARIABLES if environment.get(name))
    default = ssl.get_default_verify_paths().openssl_cafile
    system = next((path for path in (default, *_SYSTEM_BUNDLES) if Path(path).is_file()), None)
    if system is not None:
        yield Path(system).resolve()


def write_java_store(place: Path, bundle: bytes) -> None:
    """Write a bundle as the PKCS12 trust store that Java reads, of any version from 8 on."""
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import PrivateFormat
    from cryptography.hazmat.primitives.serialization.pkcs12 import (
        PBES,
        PKCS12Certificate,
        serialize_java_truststore,
    )
    from cryptography.x509 import load_pem_x509_certificates

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of roots with odd numbers, which the system trusts all the same
        certificates = dict.fromkeys(load_pem_x509_certificates(bundle))
    entries = [PKCS12Certificate(one, f"root-{number}".encode()) for number, one in enumerate(certificates)]
    # The one form that every Java reads; it hides certificates, which are no secret.
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(1)
        .key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(SHA1())
        .build(JAVA_PASSWORD.encode())
    )
    place.write_bytes(serialize_java_truststore(entries, encryption))
