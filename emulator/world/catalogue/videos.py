"""Videos of contents: how far one has come follows from when it was sent and from its address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import orjson

from emulator.world.core.ids import next_number
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World

State = Literal["in_progress", "done", "failed"]
# How long a download takes, and how long people look at a video. No page says it, I.
DOWNLOAD_MS, APPROVAL_MS = 30_000, 600_000
# Source: docs/seller-integration-video-api, D.
ENDINGS = (".mp4", ".mov")
FIRST_VIDEO = 5_001


@dataclass(frozen=True, slots=True)
class Video:
    """One video that a seller has sent.

    Units: ``created_ms`` epoch milliseconds UTC.
    """

    number: int
    """Its number."""
    title: str
    """What it is called."""
    description: str | None
    """What it is about."""
    url: str
    """Where it was to be downloaded from."""
    content_ids: tuple[int, ...]
    """The contents it was sent for."""
    kind: str
    """What it shows, in the vendor's word."""
    created_ms: int
    """When it was sent."""

    def state_at(self, now_ms: int) -> State:
        """How far its download has come."""
        if now_ms < self.created_ms + DOWNLOAD_MS:
            return "in_progress"
        return "done" if urlsplit(self.url).path.lower().endswith(ENDINGS) else "failed"

    def is_approved_at(self, now_ms: int) -> bool:
        """Whether people have looked at it and customers see it."""
        return self.state_at(now_ms) == "done" and now_ms >= self.created_ms + APPROVAL_MS


def new_video(
    world: World,
    listing: Listing,
    title: str,
    description: str | None,
    url: str,
    content_ids: tuple[int, ...],
    kind: str,
) -> Video:
    """Write a video down."""
    number = next_number(world.store, "video", FIRST_VIDEO)
    video = Video(number, title, description, url, content_ids, kind, world.clock.now_ms())
    world.store.execute(
        "INSERT INTO video (video_no, seller_id, storefront, facts) VALUES (?, ?, ?, ?)",
        (number, *listing, orjson.dumps(video)),
    )
    return video


def videos_of(world: World, listing: Listing) -> list[Video]:
    """The videos of a listing, the newest first."""
    rows = world.store.rows(
        "SELECT facts FROM video WHERE seller_id = ? AND storefront = ? ORDER BY video_no DESC", listing
    )
    return [_video(orjson.loads(facts)) for (facts,) in rows]


def own_contents(videos: Sequence[Video], now_ms: int) -> dict[int, set[int]]:
    """By the number of a video the contents that no newer downloaded one has taken over.

    Shapes: ``videos`` are the newest first.
    """
    taken_ids: set[int] = set()
    contents: dict[int, set[int]] = {}
    for video in videos:
        contents[video.number] = set(video.content_ids) - taken_ids
        if video.state_at(now_ms) == "done":
            taken_ids |= set(video.content_ids)
    return contents


def _video(facts: dict[str, Any]) -> Video:
    content_ids: Iterable[int] = facts["content_ids"]
    return Video(**{**facts, "content_ids": tuple(content_ids)})
