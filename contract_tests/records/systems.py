"""The vendor's systems: how each is reached and recognised, and the variables a client reads of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class System:
    """One system of the vendor.

    Source: paths of each system's documentation, confidence D; ``servers`` in its specs.
    """

    name: str
    """The folder of its documents in the specs."""
    variables: tuple[str, str, str]
    """The environment variables of a client's base URL, of its name there, and of its secret."""
    curl_authorization: str
    """How a shell line names the credentials of a request without writing them out."""
    paths: tuple[str, ...]
    """What its paths begin with."""
    origin: str
    """Scheme and host of its stage: in process a client calls the vendor's own hosts."""
    prefix: str = ""
    """The path between an origin and what a client's base URL ends with."""
    recognised_on: re.Pattern[str] | None = None
    """The hosts on which its paths count as its own; None where the paths alone are enough."""
    demo_credentials: tuple[str, str] = ("", "")
    """Name and secret of a client in this emulator's worlds; empty where a seller has keys of its own."""

    def base_url(self, origin: str) -> str:
        """Give a client's base URL on a host, without a slash at its end."""
        return origin + self.prefix

    def environment(self, base_url: str, credentials: Sequence[str]) -> dict[str, str]:
        """Write a client's variables of the system: its base URL, and the name and secret to use there."""
        return dict(zip(self.variables, (base_url, *credentials), strict=True))


@dataclass(frozen=True, slots=True)
class Access:
    """A client's access to one system; empty strings where its profile does not use it."""

    base_url: str = ""
    name: str = ""
    """The API key, user or client id."""
    secret: str = field(default="", repr=False)


TRENDYOL = System(
    "trendyol",
    ("TRENDYOL_BASE_URL", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET"),
    ' -u "$TRENDYOL_API_KEY:$TRENDYOL_API_SECRET"',
    paths=("/integration/", "/sapigw/", "/stagesapigw/"),
    origin="https://stageapigw.trendyol.com",
)
B2B = System(
    "b2b",
    ("B2B_BASE_URL", "B2B_USER", "B2B_PASSWORD"),
    ' -u "$B2B_USER:$B2B_PASSWORD"',
    paths=("/b2bbuyergateway/", "/b2bbuyergatewayapi/", "/v1_1/offers", "/v2/offers/", "/v2/products/"),
    origin="https://stageapigw.trendyol.com",
    prefix="/b2bbuyergateway",
    recognised_on=re.compile(r"(.*\.)?trendyol\.com"),
    demo_credentials=("DEMO-BUYER", "demo-buyer-secret"),
)
PAZARSYNC = System(
    "pazarsync",
    ("PAZARSYNC_BASE_URL", "PAZARSYNC_CLIENT_ID", "PAZARSYNC_CLIENT_SECRET"),
    ' -H "Authorization: Bearer $PAZARSYNC_TOKEN"',
    paths=("/api/auth/token", "/api/v1/"),
    origin="https://api.pazarsync.com",
    recognised_on=re.compile(r"(.*\.)?pazarsync\.com"),
    demo_credentials=("demo-pazarsync-client", "demo-pazarsync-secret"),
)
SYSTEMS: Mapping[str, System] = {one.name: one for one in (TRENDYOL, B2B, PAZARSYNC)}
