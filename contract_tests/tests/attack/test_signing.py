"""Nobody makes a PazarSync token but the store that it is for."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import OctKey

from contract_tests.tests.provider.conftest import Opener
from contract_tests.tests.provider.support.pazarsync import PRODUCTS, TOKEN, credentials, refused, token
from emulator import Settings, create_app
from emulator.world.core import meta

DAY_MS = 86_400_000


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def claims_of(text: str) -> Any:
    body = text.split(".")[1]
    return orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def test_key_is_no_function_of_the_public_seed(open_world: Opener) -> None:
    ask = open_world("empty", seed=1)
    claims = claims_of(token(ask))
    for text in ("pazarsync token 1", "1", "default", ""):
        key = OctKey.import_key(hashlib.sha256(text.encode()).digest())
        forged = jws.serialize_compact({"alg": "HS256", "typ": "JWT"}, orjson.dumps(claims), key)
        assert refused(ask(PRODUCTS, bearer(forged))) == (401, "pazarsync-token-forged")


def test_two_worlds_of_one_seed_sign_with_two_keys(open_world: Opener) -> None:
    first, second = open_world("empty", seed=1), open_world("empty", seed=1)
    assert refused(second(PRODUCTS, bearer(token(first)))) == (401, "pazarsync-token-foreign")


def test_token_of_the_future_is_refused(open_world: Opener) -> None:
    ask = open_world("empty")
    now_ms = ask.control("GET", "/clock")["now_ms"]
    text = token(ask)
    ask.control("POST", "/clock/freeze", {"at_ms": now_ms - DAY_MS})
    assert refused(ask(PRODUCTS, bearer(text)))[0] == 401


def test_token_outlives_a_reset(open_world: Opener) -> None:
    ask = open_world("empty")
    ask.control("POST", "/clock/freeze")
    text = token(ask)
    ask.control("POST", "/reset")
    assert ask(PRODUCTS, bearer(text)).status_code == 200


@pytest.mark.parametrize("is_fresh", [True, False], ids=["made together", "made before"])
def test_processes_of_one_store_agree(tmp_path: Path, *, is_fresh: bool) -> None:
    settings = Settings(world="empty", database=tmp_path / "stage.db", cache=tmp_path / "cache", limits="off")
    apps = [create_app(settings), create_app(settings)]
    if not is_fresh:
        apps[1].extensions["stages"].close_all()
    text = apps[0].test_client().post(TOKEN, json=credentials()).get_json()["access_token"]
    if not is_fresh:
        apps[1] = create_app(settings)
    answers = [app.test_client().get(PRODUCTS, headers=bearer(text)).status_code for app in apps]
    for app in apps:
        app.extensions["stages"].close_all()
    assert answers == [200, 200]


def test_seeded_file_holds_no_secret(tmp_path: Path) -> None:
    app = create_app(Settings(world="empty", cache=tmp_path / "cache", limits="off"))
    assert app.test_client().post(TOKEN, json=credentials()).status_code == 200
    stage = app.extensions["stages"].default
    secret = meta.fact(stage.world.store, meta.SIGNING_SECRET)
    app.extensions["stages"].close_all()
    (seeded,) = (tmp_path / "cache" / "worlds").glob("*.world")
    assert secret
    assert secret.encode() not in seeded.read_bytes()
