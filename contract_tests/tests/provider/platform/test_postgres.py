"""Worlds on a PostgreSQL server: continued where they were left, refused in one sentence, lost and found."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from contract_tests.tests.provider.conftest import INT, Ask
from emulator import Settings, create_app
from emulator.world.accounts import sellers
from emulator.world.core.world import World
from emulator.world.store.interface import OtherWorld, StoreFault, StoreUnreachable
from emulator.world.store.place import PostgresPlace, postgres_place

psycopg = pytest.importorskip("psycopg", reason="needs psycopg: pip install 'trendyol-emulator[postgres]'")
postgres = pytest.importorskip("emulator.world.store.postgres")

PRODUCTS = "/integration/product/sellers/2748/products/approved"
PUSH = "/integration/inventory/sellers/2748/products/price-and-inventory"
RESULT = "/integration/product/sellers/2748/products/batch-requests/"
SELLERS, WORLDS = "/_emulator/sellers", "/_emulator/worlds"
SESSIONS = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
HEALTH = ("/healthz", "/readyz", "/_emulator/health", "/_emulator/ready")
NEW_SELLER = {"id": 7001, "edition": "int", "storefronts": ["RO"]}


@pytest.fixture
def place(postgres_url: str) -> Iterator[PostgresPlace]:
    """A schema that goes after the test; other processes of the run use the same server."""
    own_name = f"kept_{os.getpid()}"
    place = postgres_place(f"{postgres_url}&schema={own_name}&application_name={own_name}")
    yield place
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {own_name} CASCADE")


Serve = Callable[..., AbstractContextManager[Ask]]


@pytest.fixture
def serve(place: PostgresPlace, tmp_path: Path) -> Serve:
    """Open an emulator whose first world is there, or at another place."""

    @contextmanager
    def emulator_at(database: PostgresPlace = place, **options: Any) -> Iterator[Ask]:
        app = create_app(
            Settings(
                **{"world": "empty", "limits": "off", "database": database, "folder": tmp_path, **options}
            )
        )
        yield Ask(app, "")
        app.extensions["stages"].close_all()

    return emulator_at


def seller_ids(ask: Ask) -> list[int]:
    return [row["id"] for row in ask(SELLERS, {}).json["sellers"]]


def test_closed_worlds_of_many_kinds_keep_few_connections(serve: Serve, place: PostgresPlace) -> None:
    with serve() as ask:
        for seed in range(1, postgres.MOST_IDLE + 3):
            assert (
                ask.send("POST", WORLDS, json={"name": "kind", "world": "empty", "seed": seed}).status_code
                == 201
            )
            assert ask.send("DELETE", f"{WORLDS}/kind").status_code == 200
        with psycopg.connect(place.url, autocommit=True, application_name="test") as connection:
            sessions = connection.execute(SESSIONS, [place.schema]).fetchall()
    assert 1 < len(sessions) <= 1 + postgres.MOST_IDLE


def test_world_is_continued_where_it_was_left_and_reset_to_its_seed(serve: Serve) -> None:
    with serve() as ask:
        before = seller_ids(ask)
        assert ask.send("POST", SELLERS, json=NEW_SELLER).status_code == 201
    with serve() as ask:
        assert seller_ids(ask) == [*before, 7001]
        assert ask.send("POST", "/_emulator/reset").status_code == 200
        assert seller_ids(ask) == before


def test_another_world_in_the_schema_is_one_sentence(serve: Serve) -> None:
    with serve():
        pass
    with pytest.raises(OtherWorld, match="holds the world 'empty' with seed 1"), serve(seed=2):
        pass


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE world_meta SET value = '3' WHERE name = 'schema'", "holds a world of schema 3"),
        ("DROP TABLE due", "without its table due"),
        ("DELETE FROM world_meta", "does not hold a world of this emulator"),
    ],
)
def test_schema_that_cannot_be_continued_is_one_sentence(
    place: PostgresPlace, serve: Serve, statement: str, sentence: str
) -> None:
    with serve():
        pass
    search_path = f"-c search_path={place.schema}"
    with psycopg.connect(place.url, autocommit=True, options=search_path) as connection:
        connection.execute(statement)
    with pytest.raises(StoreFault, match=sentence), serve():
        pass


def test_server_that_is_not_there_is_one_sentence_without_the_password(serve: Serve) -> None:
    place = postgres_place("postgresql://ann:secret@127.0.0.1:1/stage?connect_timeout=2")
    with pytest.raises(StoreFault, match="reached: Connection refused") as fault, serve(place):
        pass
    assert "secret" not in str(fault.value)
    assert "\n" not in str(fault.value)


def refuse_password(listener: socket.socket) -> None:
    """Answer one client as a server does that wants another password."""
    client, _ = listener.accept()
    with client:
        client.recv(1024)  # it asks for TLS first
        client.sendall(b"N")
        client.recv(1024)
        fields = b'SFATAL\0C28P01\0Mpassword authentication failed for user "ann"\0\0'
        client.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)


def test_wrong_password_is_one_sentence_without_it(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=refuse_password, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        place = postgres_place(f"postgresql://ann:secret@127.0.0.1:{port}/stage?gssencmode=disable")
        with pytest.raises(StoreFault, match="password authentication failed") as fault, serve(place):
            pass
    assert "secret" not in str(fault.value)
    assert "\n" not in str(fault.value)


def test_text_with_nul_is_kept_and_looked_for_as_its_picture(serve: Serve) -> None:
    with serve() as ask:
        row = ask.send("POST", SELLERS, json={**NEW_SELLER, "name": "a\0b"})
        assert row.status_code == 201
        assert ask(SELLERS, {}).json["sellers"][-1]["name"] == "a␀b"
        assert ask(PRODUCTS, barcode="\0").json["content"] == []
        items = {"items": [{"barcode": "a\0b", "quantity": 1, "salePrice": 1, "listPrice": 1}]}
        push = ask.send("POST", PUSH, json=items, headers=INT)
        assert push.status_code == 200
        ask.control("POST", "/clock/advance", {"ms": 3_600_000})
        (result,) = ask(RESULT + push.json["batchRequestId"]).json["items"]
        assert result["status"] == "FAILED"


def test_missing_right_is_one_sentence(serve: Serve, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN")
    parts = urlsplit(postgres_url)
    place = postgres_place(parts._replace(netloc="guest:@").geturl() + "&schema=closed")
    with pytest.raises(StoreFault, match="permission denied for database"), serve(place):
        pass


def drop_connections(place: PostgresPlace) -> None:
    """End the sessions of an emulator, as a server does that is started anew."""
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = %s AND pid <> pg_backend_pid()",
            [place.schema],
        )


def test_connection_lost_between_requests_is_made_again(place: PostgresPlace, serve: Serve) -> None:
    with serve() as ask:
        drop_connections(place)
        assert ask.send("POST", SELLERS, json=NEW_SELLER).status_code == 201
        drop_connections(place)
        assert 7001 in seller_ids(ask)


def test_connection_lost_within_a_request_is_503_and_nothing_half_done(
    place: PostgresPlace, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(world: World, seller: sellers.Seller) -> None:
        with world.transaction():
            world.store.execute("UPDATE seller SET name = 'half' WHERE id = 2748")
            drop_connections(place)
            world.store.execute("UPDATE seller SET tier = 'half' WHERE id = 2748")

    with serve() as ask:
        before = ask(SELLERS, {}).json
        monkeypatch.setattr("emulator.world.accounts.sellers.add_seller", lose)
        answer = ask.send("POST", SELLERS, json=NEW_SELLER)
        assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (503, "service-unavailable")
        assert ask(SELLERS, {}).json == before


def test_request_without_a_server_is_503_in_the_vendors_envelope_and_the_next_one_is_well(
    place: PostgresPlace, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(place: PostgresPlace) -> None:
        raise StoreUnreachable(f"{place} cannot be reached: Connection refused.")

    with serve() as ask:
        drop_connections(place)
        with monkeypatch.context() as patch:
            patch.setattr("emulator.world.store.postgres_link.connect", fail)
            answers = [ask(PRODUCTS, INT) for _ in range(2)]
            states = [ask(path, {}).status_code for path in HEALTH]
        assert [answer.status_code for answer in answers] == [503, 503]
        assert answers[0].json["exception"] == "TrendyolSystemException"
        assert states == [503] * len(HEALTH)
        assert ask(PRODUCTS, INT).status_code == 200
        assert {ask(path, {}).status_code for path in HEALTH} == {200}
