"""Videos: sent by their address, downloaded and approved on the world's clock, one a content."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.batches.conftest import SHOP
from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.inventory import EDITIONS, SELLERS

DOWNLOAD_MS, APPROVAL_MS = 30_000, 600_000
VIDEO = {"title": "Işıltı saat", "videoUrl": "https://example.com/saat.MP4?v=1"}


def path_of(edition: str) -> str:
    return f"/integration/video/sellers/{SELLERS[edition][0]}/videos"


def create(ask: Ask, edition: str = "tr", **fields: Any) -> Any:
    """Send a video of the first content, with other fields."""
    body = {**VIDEO, "productContentIds": [content_id(ask, edition)], **fields}
    return ask.send("POST", path_of(edition), json=body, headers=SELLERS[edition][1])


def videos(ask: Ask, edition: str = "tr", **query: Any) -> Any:
    answer = ask(path_of(edition), SELLERS[edition][1], **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def content_id(ask: Ask, edition: str = "tr", place: int = 0) -> str:
    seller, headers = SELLERS[edition]
    page = ask(f"/integration/product/sellers/{seller}/products/approved", headers, size=5).json
    return str(page["content"][place]["contentId"])


def key_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["errors"][0]["key"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_video_is_downloaded_and_then_approved(ask: Ask, edition: str) -> None:
    number = create(ask, edition).json["videoId"]
    (row,) = videos(ask, edition)["content"]
    assert row == {
        **VIDEO,
        "id": number,
        "description": None,
        "optimizedVideoUrl": None,
        "status": "IN_PROGRESS",
        "isApproved": False,
        "errorCode": None,
        "productContentIds": [content_id(ask, edition)],
        "videoContentType": "PRODUCT_PROMOTION",
    }
    ask.control("POST", "/clock/advance", {"ms": DOWNLOAD_MS})
    (row,) = videos(ask, edition, id=number)["content"]
    assert (row["status"], row["isApproved"]) == ("SUCCESS", False)
    assert row["optimizedVideoUrl"]
    ask.control("POST", "/clock/advance", {"ms": APPROVAL_MS})
    assert videos(ask, edition)["content"][0]["isApproved"]


def test_file_of_another_kind_fails(ask: Ask) -> None:
    create(ask, videoUrl="http://example.com/saat.avi", videoContentType="PACKAGING")
    ask.control("POST", "/clock/advance", {"ms": DOWNLOAD_MS + APPROVAL_MS})
    (row,) = videos(ask, sellerIntegrationStatus="FAILED")["content"]
    assert (row["errorCode"], row["isApproved"]) == ("INVALID_FILE_FORMAT", False)
    assert videos(ask, sellerIntegrationStatus="SUCCESS")["content"] == []


def test_newer_video_takes_a_content_over_once_it_is_there(ask: Ask) -> None:
    both = [content_id(ask), content_id(ask, place=1)]
    create(ask, productContentIds=both)
    ask.control("POST", "/clock/advance", {"ms": DOWNLOAD_MS})
    create(ask)
    assert [row["productContentIds"] for row in videos(ask)["content"]] == [both[:1], both]
    ask.control("POST", "/clock/advance", {"ms": DOWNLOAD_MS})
    assert [row["productContentIds"] for row in videos(ask)["content"]] == [both[:1], both[1:]]


def test_second_video_is_refused_by_decision(open_world: Opener) -> None:
    ask = open_world(recipe=SHOP, decisions={"video-second": "refuse"})
    create(ask, videoUrl="https://example.com/a.avi")
    ask.control("POST", "/clock/advance", {"ms": DOWNLOAD_MS})
    assert create(ask).status_code == 200, "one that has failed takes no place"
    assert key_of(create(ask)) == (400, "product.content.has.video")


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"title": "ab"}, "invalid.request.body"),
        ({"title": "a" * 51}, "invalid.request.body"),
        ({"description": "a" * 501}, "invalid.request.body"),
        ({"videoUrl": "ftp://example.com/a.mp4"}, "invalid.request.body"),
        ({"productContentIds": []}, "invalid.request.body"),
        ({"productContentIds": ["1"] * 101}, "invalid.request.body"),
        ({"videoContentType": "TRAILER"}, "invalid.request.body"),
        ({"productContentIds": ["1"]}, "product.content.not.found"),
    ],
)
def test_video_beyond_a_limit_is_refused(ask: Ask, fields: dict[str, Any], key: str) -> None:
    assert key_of(create(ask, **fields)) == (400, key)
    assert videos(ask)["totalElements"] == 0


def test_videos_come_by_pages_the_newest_first(ask: Ask) -> None:
    numbers = [create(ask, title=f"Video {place}").json["videoId"] for place in range(3)]
    page = videos(ask, page=1, size=2)
    assert [row["id"] for row in page["content"]] == numbers[:1]
    assert (page["totalElements"], page["totalPages"], page["page"], page["size"]) == (3, 2, 1, 2)


def test_videos_are_not_there_before_april_2026(open_world: Opener) -> None:
    ask = open_world(recipe=SHOP, now_ms=1_772_000_000_000)
    assert ask(path_of("tr"), SELLERS["tr"][1]).status_code == 404


def test_video_of_another_content_type_is_refused(ask: Ask) -> None:
    headers = {**SELLERS["tr"][1], "Content-Type": "text/plain"}
    answer = ask.send("POST", path_of("tr"), data=b"{}", headers=headers)
    assert key_of(answer) == (415, "media.type.unsupported")
