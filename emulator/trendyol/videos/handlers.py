"""The video services: a video is sent by its address, and followed in the list."""

from __future__ import annotations

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.trendyol.videos import wire
from emulator.world.catalogue.listings import content_by_id
from emulator.world.catalogue.videos import new_video, own_contents, videos_of
from emulator.world.core.listing import Listing


def create_video(call: Call) -> Reply:
    """Take a video on.

    Errors: video-content-unknown, and by decision video-content-taken.
    """
    listing, body = _listing(call), call.body
    content_ids = tuple(dict.fromkeys(int(each) for each in body["productContentIds"]))
    for content_id in content_ids:
        if content_by_id(call.world, listing, content_id) is None:
            raise Refusal("video-content-unknown", value=str(content_id))
    if call.decide("video-second") == "refuse":
        _check_free(call, listing, content_ids)
    kind = body.get("videoContentType", "PRODUCT_PROMOTION")
    description = body.get("description")
    video = new_video(call.world, listing, body["title"], description, body["videoUrl"], content_ids, kind)
    return json_reply({"videoId": video.number})


def get_videos(call: Call) -> Reply:
    """A page of the seller's videos, the newest first."""
    params, now_ms = call.query, call.now_ms
    videos = videos_of(call.world, _listing(call))
    contents = own_contents(videos, now_ms)
    state = wire.STATUSES.get(params.get("sellerIntegrationStatus", ""))
    rows = [
        each
        for each in videos
        if params.get("id") in (None, each.number) and state in (None, each.state_at(now_ms))
    ]
    number, size = params["page"], params["size"]
    page_rows = rows[number * size : (number + 1) * size]
    return json_reply(
        {
            "totalElements": len(rows),
            "totalPages": -(-len(rows) // size),
            "page": number,
            "size": size,
            "content": [wire.video(each, contents[each.number], now_ms) for each in page_rows],
        }
    )


def _check_free(call: Call, listing: Listing, content_ids: tuple[int, ...]) -> None:
    """Refuse a content that has a video which has not failed."""
    videos = [each for each in videos_of(call.world, listing) if each.state_at(call.now_ms) != "failed"]
    taken_ids = {content_id for each in videos for content_id in each.content_ids}
    for content_id in content_ids:
        if content_id in taken_ids:
            raise Refusal("video-content-taken", value=str(content_id))


def _listing(call: Call) -> Listing:
    return Listing(call.path["sellerId"], call.caller.storefront)
