"""Files of certificates: nothing is encrypted in this process, so a second context does without one."""

from __future__ import annotations

import _ssl
import ssl
from pathlib import Path

import pytest

from contract_tests.inprocess.reaching import reached
from contract_tests.tests.kit.support.wires import answer_here
from emulator.attach.certificates import new_authority


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    file = tmp_path / "authority.pem"
    new_authority().cert_pem.write_to_path(str(file))
    return file


def authorities_read(context: ssl.SSLContext) -> int:
    """Count what a context has read, without asking for it."""
    return _ssl._SSLContext.cert_store_stats(context)["x509_ca"]


def test_second_context_reads_a_file_when_it_is_asked_for_it(authority: Path) -> None:
    with reached(answer_here):
        first, second = (ssl.create_default_context(cafile=str(authority)) for _ in range(2))
        assert (authorities_read(first), authorities_read(second)) == (1, 0)
        assert second.get_ca_certs() == first.get_ca_certs() != []
        assert authorities_read(second) == 1


def test_context_reads_a_file_after_the_block(authority: Path) -> None:
    with reached(answer_here):
        _, context = (ssl.create_default_context(cafile=str(authority)) for _ in range(2))
    context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")
    assert authorities_read(context) == 1


def test_context_with_two_files_knows_both(authority: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    new_authority().cert_pem.write_to_path(str(other))
    with reached(answer_here):
        for _ in range(2):
            context = ssl.create_default_context(cafile=str(authority))
            context.load_verify_locations(cafile=str(other))
        assert len(context.get_ca_certs()) == 2


def test_file_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    text_file = tmp_path / "text.pem"
    text_file.write_text("no certificate")
    with reached(answer_here):
        for _ in range(2):
            with pytest.raises(ssl.SSLError):
                ssl.create_default_context(cafile=str(text_file))
        with pytest.raises(FileNotFoundError):
            ssl.create_default_context(cafile=str(tmp_path / "missing.pem"))


def test_file_that_was_changed_is_read_again(authority: Path) -> None:
    with reached(answer_here):
        ssl.create_default_context(cafile=str(authority))
        authority.write_text("no certificate any more")
        with pytest.raises(ssl.SSLError):
            ssl.create_default_context(cafile=str(authority))
