"""Access tokens of the PazarSync API: signed JWTs that hold for an hour of one world's time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import orjson

from emulator.world.core import meta

if TYPE_CHECKING:
    from joserfc.jwk import OctKey

    from emulator.world.accounts.api_clients import ApiClient
    from emulator.world.core.world import World
    from emulator.world.store.interface import Store

# joserfc is imported where it is first needed: an emulator that meets no token never pays for it.

LIFETIME_S = 3600
ALGORITHM = "HS256"
ISSUER = "https://api.pazarsync.com"
LATEST_TOKENS = 1024
GENERATION = "token_generation"

Fault = Literal["malformed", "forged", "foreign", "expired"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token of this emulator says; ``generation`` counts how often all tokens had been expired before.

    Units: Unix seconds of the world's time.
    """

    client_id: str
    world: str
    issued_s: int
    expires_s: int
    generation: int


def issue(world: World, client: ApiClient) -> str:
    """A token for a client, signed with the world's own secret.

    Source: pazarsync.com/api-docs, D: a JWT with HS256 by its printed head, 3600 s; the claims are I.
    """
    from joserfc import jws

    now_ms = world.clock.now_ms()
    claims = {
        "iss": ISSUER,
        "sub": client.id,
        "iat": now_ms // 1000,
        "exp": -(-now_ms // 1000) + LIFETIME_S,
        "world": _name_of(world),
        "gen": generation(world),
    }
    return jws.serialize_compact(
        {"alg": ALGORITHM, "typ": "JWT"}, orjson.dumps(claims), _key(_secret_of(world))
    )


def read(world: World, token: str) -> Claims | Fault:
    """What a token says, or what is wrong with it; the signature is checked once, the hour each time."""
    claims = _verify(token, _secret_of(world))
    if claims == "forged" and _world_named_in(token) not in {None, _name_of(world)}:
        return "foreign"
    if not isinstance(claims, Claims):
        return claims
    if claims.issued_s > world.clock.now_ms() // 1000:
        return "forged"
    if claims.world != _name_of(world):
        return "foreign"
    if claims.generation < generation(world):
        return "expired"
    return claims if world.clock.now_ms() < claims.expires_s * 1000 else "expired"


def expire(world: World) -> None:
    """Expire every token and page token given up to now, whatever hour it was promised."""
    with world.transaction():
        meta.keep(world.store, GENERATION, str(generation(world) + 1))
        world.forget(_read_generation)


def generation(world: World) -> int:
    """How often all tokens of this world have been expired."""
    return world.read(_read_generation)


def follow_generation(copy: World, live: World) -> None:
    """Have tokens hold in a copy of a world as long as they do in the world itself."""
    copy.readings[_read_generation] = generation(live)


def _secret_of(world: World) -> str:
    return world.read(meta.signing_secret)


def _read_generation(store: Store) -> int:
    return int(meta.fact(store, GENERATION) or 0)


def _name_of(world: World) -> str:
    return _name(world.stage_name, world.plan.name, world.plan.seed)


@lru_cache(maxsize=64)
def _name(stage: str, recipe: str, seed: int) -> str:
    return f"{stage}/{recipe}/{seed}"


@lru_cache(maxsize=LATEST_TOKENS)
def _verify(token: str, secret: str) -> Claims | Fault:
    from joserfc import errors, jwt

    try:
        claims = jwt.decode(token, _key(secret), algorithms=[ALGORITHM]).claims
        token_claims = Claims(
            client_id=str(claims["sub"]),
            world=str(claims["world"]),
            issued_s=int(claims["iat"]),
            expires_s=int(claims["exp"]),
            generation=int(claims["gen"]),
        )
    except (errors.BadSignatureError, errors.UnsupportedAlgorithmError, errors.MissingAlgorithmError):
        return "forged"
    except (errors.JoseError, ValueError, KeyError, TypeError):
        return "malformed"
    return token_claims if claims.get("iss") == ISSUER else "foreign"


def _world_named_in(token: str) -> str | None:
    """Give the world that a token claims to be of, whoever signed it; None where it names none."""
    from joserfc import errors, jws

    try:
        claims = orjson.loads(jws.extract_compact(token.encode()).payload)
        return str(claims["world"]) if claims.get("iss") == ISSUER else None
    except (errors.JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None


@lru_cache(maxsize=64)
def _key(secret: str) -> OctKey:
    from joserfc.jwk import OctKey

    return OctKey.import_key(bytes.fromhex(secret))
