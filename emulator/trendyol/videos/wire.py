"""Videos on the wire."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from emulator.world.catalogue.videos import State, Video

STATUSES: Mapping[str, State] = {"IN_PROGRESS": "in_progress", "SUCCESS": "done", "FAILED": "failed"}
NAMES: Mapping[State, str] = {state: name for name, state in STATUSES.items()}
SHOP = "https://stage.trendyol.com/videos"


def video(value: Video, content_ids: Collection[int], now_ms: int) -> dict[str, Any]:
    """One video, with the contents that no newer one has taken over."""
    state = value.state_at(now_ms)
    return {
        "id": value.number,
        "title": value.title,
        "description": value.description,
        "videoUrl": value.url,
        "optimizedVideoUrl": f"{SHOP}/{value.number}.mp4" if state == "done" else None,
        "status": NAMES[state],
        "isApproved": value.is_approved_at(now_ms),
        "errorCode": "INVALID_FILE_FORMAT" if state == "failed" else None,
        "productContentIds": [str(each) for each in value.content_ids if each in content_ids],
        "videoContentType": value.kind,
    }
