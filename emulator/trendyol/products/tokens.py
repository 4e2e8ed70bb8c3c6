"""The nextPageToken: where the last page ended, for which filter it was given, and whether it still holds."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import TypeAlias

import orjson

from emulator.exchange import Refusal
from emulator.world.catalogue.content_search import ContentQuery
from emulator.world.catalogue.unapproved_products import UnapprovedQuery

TokenQuery: TypeAlias = ContentQuery | UnapprovedQuery

LONGEST = 2**63
STAMP = "g"


def write_token(query: TokenQuery, home: str, last_sort: Sequence[int], generation: int) -> str:
    """The token that goes on behind ``last_sort``; it holds until the world's tokens are next expired.

    Shapes: ``home`` is the seller's first storefront, whose tokens bear no mark of it.
    Source: v3.0/docs/product-filter-approved-product-v2, D: base64 of {"sort":[contentId]} without a filter;
    the marks of filter, storefront and generation behind it are I.
    """
    sort = [*last_sort, *_mark(query, home), *_stamp(generation)]
    return base64.b64encode(orjson.dumps({"sort": sort})).decode()


def read_token(query: TokenQuery, home: str, token: str, generation: int) -> tuple[int, ...]:
    """The place a token stands for.

    Errors: token-invalid when it is none of ours or expired, token-filter-changed when it belongs to another
    filter or storefront.
    """
    try:
        sort = orjson.loads(base64.b64decode(token, validate=True))["sort"]
        place = tuple(part for part in sort if type(part) is int and part < LONGEST)
    except (binascii.Error, ValueError, TypeError, KeyError) as fault:
        raise Refusal("token-invalid") from fault
    marks = [part for part in sort if type(part) is str]
    if not place or len(place) + len(marks) != len(sort):
        raise Refusal("token-invalid")
    stamp = [mark for mark in marks if mark.startswith(STAMP)]
    if stamp != _stamp(generation):
        raise Refusal("token-invalid")
    marks = [mark for mark in marks if mark not in stamp]
    if marks != _mark(query, home) or len(place) != (2 if is_by_age(query) else 1):
        raise Refusal("token-filter-changed")
    return place


def is_by_age(query: TokenQuery) -> bool:
    """Whether a place has two parts: when a content was listed, and its number."""
    return isinstance(query, ContentQuery) and query.newest_first is not None


def _stamp(generation: int) -> list[str]:
    """What a token of a later generation carries; the mark of a filter is hexadecimal and never looks so."""
    return [f"{STAMP}{generation}"] if generation else []


def _mark(query: TokenQuery, home: str) -> list[str]:
    if query.has_no_filter and query.listing.storefront == home:
        return []
    return [hashlib.sha256(repr(query).encode()).hexdigest()[:8]]
