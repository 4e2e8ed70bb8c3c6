"""The second reader of the law: openapi-core, one reader a document, made when it is first wanted."""

from __future__ import annotations

from functools import cache

from openapi_core import Config, OpenAPI

from emulator.contract.contract import load_contract


@cache
def reader_of(name: str) -> OpenAPI:
    """Give the reader of a document; a test of its own sees that the document is OpenAPI."""
    return OpenAPI.from_dict(load_contract().documents[name], config=Config(spec_validator_cls=None))  # type: ignore[arg-type]  # None is what its documentation says
