"""A recording forwards a client's calls as they are and keeps nothing of a person and no secret."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from flask import Flask

from contract_tests.judge.verdict import judge_traffic
from contract_tests.recorder.archive_file import ArchiveFile
from contract_tests.recorder.scrubbing import Memory
from contract_tests.recorder.tokens import Tokens, tokens_of
from contract_tests.records.har import read_archive
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recorded_stage import (
    KEY,
    ORDERS,
    answer_in,
    entries_in,
    raw,
    recording,
    redactor,
    text_of,
    wsgi_server,
)
from emulator import Settings, create_app

NOW_MS = 1_795_305_600_000
ADDRESSES = "/integration/sellers/2738/addresses"
WINDOW = f"startDate={NOW_MS - 10 * 86_400_000}&endDate={NOW_MS}"
TR = {"User-Agent": "2738 - SelfIntegration"}
PAIR = ("demo-tr-key", "demo-tr-secret")
PERSON = {"firstName": "Ayşegül", "lastName": "Özdemiroğlu", "address1": "Kestane Sokak 17 Daire 4"}


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    emulator = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off"))
    yield emulator
    emulator.extensions["stages"].close_all()


@pytest.fixture(scope="module")
def stage(app: Flask) -> Iterator[str]:
    with wsgi_server(app) as url:
        yield url


def test_no_customer_of_the_world_is_in_the_file(app: Flask, stage: str, tmp_path: Path) -> None:
    out = tmp_path / "t.har"
    with recording(stage, out) as url:
        answer = requests.get(f"{url}{ORDERS}?{WINDOW}", headers=TR, auth=PAIR, timeout=30).json()
    text = json.dumps(json.loads(out.read_bytes()), ensure_ascii=False)
    packages = answer["content"]
    names = ("customerEmail", "identityNumber", "taxNumber", "orderNumber", "cargoTrackingLink")
    values = {one[name] for one in packages for name in names}
    values |= {str(one[name]) for one in packages for name in ("customerId", "cargoTrackingNumber")}
    addresses = [one[name] for one in packages for name in ("shipmentAddress", "invoiceAddress")]
    parts = ("fullName", "phone", "fullAddress", "address1", "neighborhood", "postalCode")
    values |= {one[name] for one in addresses for name in parts}
    assert len(values) > 200
    assert [value for value in values if value and len(value) > 1 and f'"{value}"' in text] == []
    assert [value for value in values if value and len(value) > 8 and value in text] == []


def test_same_person_and_order_have_the_same_tokens(stage: str, tmp_path: Path) -> None:
    out = tmp_path / "t.har"
    with recording(stage, out) as url:
        page = requests.get(f"{url}{ORDERS}?{WINDOW}", headers=TR, auth=PAIR, timeout=30).json()
        number = page["content"][0]["orderNumber"]
        requests.get(f"{url}{ORDERS}?orderNumber={number}", headers=TR, auth=PAIR, timeout=30)
    first, second = entries_in(out)
    package = answer_in(first)["content"][0]
    assert answer_in(second)["content"][0]["orderNumber"] == package["orderNumber"] != number
    assert second["request"]["url"].endswith(f"orderNumber={package['orderNumber']}")
    assert package["customerFirstName"] == package["shipmentAddress"]["firstName"]
    assert len({one["orderNumber"] for one in answer_in(first)["content"]}) == len(
        {one["orderNumber"] for one in page["content"]}
    )


def test_name_of_a_person_is_taken_out_of_later_texts() -> None:
    first = raw({"content": [{"shipmentAddress": PERSON}]})
    refusal = {"error": "x", "message": "Ayşegül Özdemiroğlu at Kestane Sokak 17 Daire 4 is unknown"}
    text = text_of(first, raw(refusal, status=400))
    assert "Özdemiroğlu" not in text
    assert "Kestane" not in text
    assert "is unknown" in text


def test_what_is_documented_and_not_personal_stays() -> None:
    row = {
        "shipmentPackageId": 606020009,
        "status": "Created",
        "packageTotalPrice": 12.5,
        "newStatus": "Ready",
    }
    entry = redactor().entry_of(raw({"content": [row]}))
    (kept_row,) = answer_in(entry)["content"]
    assert kept_row | {"newStatus": ""} == row | {"newStatus": ""}
    assert kept_row["newStatus"].startswith("unknown-")


def test_new_value_of_a_list_of_values_can_be_read() -> None:
    entry = redactor().entry_of(raw({"content": [{"status": "InLocker"}]}))
    assert answer_in(entry)["content"][0]["status"] == "InLocker"


@pytest.mark.parametrize(
    ("one", "other"), [("+90 532 765 43 21", "05327654321"), ("Ada  DEMİR", "ada demi̇r")]
)
def test_token_does_not_depend_on_how_a_value_is_written(one: str, other: str) -> None:
    memory = Memory(Tokens(KEY))
    kind = "phone" if one[0] == "+" else "name"
    tokens = [memory.tokens.token(kind, text) for text in (one, other)]
    digits = ["".join(filter(str.isdigit, text))[-10:] for text in tokens] if kind == "phone" else tokens
    assert digits[0] == digits[1]


def test_key_of_a_file_joins_recordings_and_chance_does_not(tmp_path: Path) -> None:
    place = tmp_path / "key"
    first, again, other = tokens_of(place), tokens_of(place), tokens_of(None)
    assert first.token("name", "Ada") == again.token("name", "Ada") != other.token("name", "Ada")
    assert place.stat().st_mode & 0o077 == 0
    assert first.key.hex() not in repr(first)


def test_file_is_whole_after_each_entry_and_readable_wherever_it_is_cut(tmp_path: Path) -> None:
    out, rulebook, entry = tmp_path / "t.har", installed_rulebook(), redactor().entry_of(raw({"content": []}))
    with ArchiveFile(out) as archive:
        assert entries_in(out) == []
        for count in (1, 2, 3):
            archive.add(entry)
            assert len(entries_in(out)) == count
    whole = out.read_bytes()
    ends = list(itertools.accumulate(len(line) for line in whole.splitlines(keepends=True)))
    for cut in range(ends[2], len(whole), 97):
        history = read_archive(whole[:cut], rulebook)
        assert len(history.exchanges) >= sum(cut >= end for end in ends[1:4])


def test_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "t.har").write_text("mine")
    with pytest.raises(FileExistsError):
        ArchiveFile(tmp_path / "t.har")
    assert (tmp_path / "t.har").read_text() == "mine"


def test_write_is_refused_in_one_sentence_and_not_kept(stage: str, tmp_path: Path) -> None:
    out, place = tmp_path / "t.har", "/integration/webhook/sellers/2738/webhooks"
    with recording(stage, out) as url:
        answer = requests.post(url + place, json={}, headers=TR, auth=PAIR, timeout=30)
    assert answer.status_code == 403
    assert "--allow-writes" in answer.json()["errors"][0]["message"]
    assert entries_in(out) == []


def test_write_goes_on_where_writes_are_allowed(stage: str, tmp_path: Path) -> None:
    out, place = tmp_path / "t.har", "/integration/webhook/sellers/2738/webhooks"
    with recording(stage, out, allow_writes=True) as url:
        answer = requests.post(url + place, json={}, headers=TR, auth=PAIR, timeout=30)
    assert [one["response"]["status"] for one in entries_in(out)] == [answer.status_code] == [400]


def test_token_is_fetched_though_nothing_may_be_written(stage: str, tmp_path: Path) -> None:
    out = tmp_path / "t.har"
    pair = {"client_id": "demo-pazarsync-client", "client_secret": "demo-pazarsync-secret"}
    with recording(stage, out) as url:
        answer = requests.post(
            f"{url}/api/auth/token", json={"grant_type": "client_credentials", **pair}, timeout=30
        )
    token = answer.json()["access_token"]
    text = out.read_text()
    assert answer.status_code == 200
    assert [word for word in (token, *pair.values()) if word in text] == []


def test_call_and_answer_are_passed_on_as_they_are(tmp_path: Path) -> None:
    environments: list[dict[str, Any]] = []

    def upstream(environ: dict[str, Any], start: Any) -> list[bytes]:
        environments.append({name: value for name, value in environ.items() if isinstance(value, str)})
        body = gzip.compress(b'{"content": []}')
        start(
            "302 Found",
            [
                ("Location", "/elsewhere"),
                ("Content-Encoding", "gzip"),
                ("Content-Type", "application/json"),
                ("Set-Cookie", "a=secret-1"),
                ("Set-Cookie", "b=secret-2"),
            ],
        )
        return [body[:10], body[10:]]

    out = tmp_path / "t.har"
    with wsgi_server(upstream) as address, recording(address, out) as url:
        connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
        connection.putrequest("GET", f"{ORDERS}?size=2", skip_accept_encoding=True)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
    assert (answer.status, answer.getheader("Location")) == (302, "/elsewhere")
    assert json.loads(gzip.decompress(body)) == {"content": []}
    assert answer.headers.get_all("Set-Cookie") == ["a=secret-1", "b=secret-2"]
    (request,) = environments
    assert "HTTP_USER_AGENT" not in request
    assert "HTTP_ACCEPT_ENCODING" not in request
    assert request["HTTP_HOST"] == address.removeprefix("http://")
    assert answer_in(entries_in(out)[0]) == {"content": []}
    assert "secret-1" not in out.read_text()


def test_upstream_that_does_not_answer_is_a_502_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    out = tmp_path / "t.har"
    with recording(address, out) as url:
        answer = requests.get(url + ORDERS, timeout=30)
    assert answer.status_code == 502
    assert "does not answer: Connection refused" in answer.json()["errors"][0]["message"]
    assert [one["response"]["status"] for one in entries_in(out)] == [0]


def test_upstream_with_tls_is_held_to_the_given_certificates(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    ca_file, out, other = tmp_path / "ca.pem", tmp_path / "t.har", tmp_path / "other.har"
    authority.cert_pem.write_to_path(str(ca_file))

    def upstream(_: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "application/json")])
        return [b"[]"]

    with wsgi_server(upstream, ssl_context=context) as url:
        address = url.replace("http://127.0.0.1", "https://localhost")
        with recording(address, out, ca_file=str(ca_file)) as recorder_url:
            assert requests.get(f"{recorder_url}{ADDRESSES}", timeout=30).json() == []
        with recording(address, other) as recorder_url:
            answer = requests.get(f"{recorder_url}{ADDRESSES}", timeout=30)
    assert answer.status_code == 502
    assert "certificate" in answer.text
    assert entries_in(out)[0]["request"]["url"] == f"{address}{ADDRESSES}"


def test_lint_judges_a_recording_like_the_traffic_itself(stage: str, tmp_path: Path) -> None:
    out, rulebook = tmp_path / "t.har", installed_rulebook()
    with recording(stage, out) as url:
        requests.get(f"{url}{ORDERS}?{WINDOW}&size=50", headers=TR, auth=PAIR, timeout=30)
        requests.get(f"{url}{ORDERS}?{WINDOW}&size=50", headers={"User-Agent": "curl"}, timeout=30)
    verdict = judge_traffic(read_archive(out.read_bytes(), rulebook), rulebook)
    assert {"TY-PLT-004", "TY-PLT-002", "TY-CAT-009"} - {one.rule.id for one in verdict.findings} <= {
        "TY-CAT-009"
    }
    assert not verdict.unjudgeable


def test_edition_is_left_open_where_no_storefront_says_it() -> None:
    headers = ((), (("storeFrontCode", "RO"),))
    editions = [redactor().entry_of(raw({}, headers=one))["_recorder"]["edition"] for one in headers]
    assert editions == [None, "int"]


def test_credentials_keep_their_account_and_lose_their_secret() -> None:
    pair = base64.b64encode(b"the-api-key:the-api-secret").decode()
    entries = [redactor().entry_of(raw({}, headers=(("Authorization", f"Basic {pair}"),))) for _ in range(2)]
    accounts = {one["_recorder"]["account"] for one in entries}
    assert len(accounts) == 1
    assert not {"the-api-key", "the-api-secret", pair} & set(json.dumps(entries).split('"'))
