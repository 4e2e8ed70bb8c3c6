"""Judges of pages and tokens."""

from contract_tests.tests.kit.support.recording import APPROVED, asked, broken, contents, settlements


def pages(first: int, last: int, rows: int) -> list[dict[str, object]]:
    """Numbered pages of one walk."""
    return [contents(number, rows) for number in range(first, last + 1)]


def test_whole_list_is_right() -> None:
    assert broken(*pages(0, 2, 250)) == set()


def test_only_the_first_page_is_found() -> None:
    assert broken(contents(0, 250)) == {"TY-CAT-003"}


def test_stopping_at_a_short_page_is_found() -> None:
    short = contents(1, 950, body={"totalElements": 950, "size": 100, "content": [{}]})
    assert broken(contents(0, 950), short) == {"TY-CAT-003"}


def test_skipped_page_is_found() -> None:
    assert broken(contents(0, 350), contents(1, 350), contents(3, 350)) == {"TY-CAT-003"}


def test_starting_at_page_one_is_found() -> None:
    assert "TY-CAT-002" in broken(*pages(1, 2, 250))


def test_pages_out_of_order_and_page_zero_again_at_the_end_are_right() -> None:
    assert broken(contents(2, 250), contents(0, 250), contents(1, 250), contents(0, 250)) == set()


def test_pages_asked_for_at_once_are_right() -> None:
    parallel = [contents(number, 350, after_ms=2, took_ms=50) for number in (1, 3, 2)]
    assert broken(contents(0, 350), *parallel) == set()


def test_one_request_past_the_end_is_right() -> None:
    assert broken(*pages(0, 3, 250)) == set()


def test_tokens_from_the_first_answer_on_are_right() -> None:
    assert (
        broken(contents(0, 250), contents(1, 250, token="after-0"), contents(2, 250, token="after-1"))
        == set()
    )


def test_page_number_beside_a_token_is_right() -> None:
    beside = [contents(number, 250, token=f"after-{number - 1}", query={"page": number}) for number in (1, 2)]
    assert broken(contents(0, 250), *beside) == set()


def test_page_one_and_the_tokens_behind_it_are_found() -> None:
    assert "TY-CAT-002" in broken(contents(1, 250), contents(2, 250, token="after-1"))


def test_tokens_left_before_the_end_are_found() -> None:
    assert broken(contents(0, 350), contents(1, 350, token="after-0")) == {"TY-CAT-003"}


def test_starting_again_because_totals_moved_is_right() -> None:
    assert broken(contents(0, 250), contents(1, 251), *pages(0, 2, 251)) == set()


def test_giving_up_because_totals_move_is_right() -> None:
    assert broken(contents(0, 350), contents(1, 351)) == set()


def test_leaving_a_run_undone_after_a_refusal_is_right() -> None:
    assert broken(contents(0, 350), contents(1, 350, status=503, body={})) == set()


def test_page_times_size_beyond_the_limit_is_found() -> None:
    assert broken(*pages(0, 99, 9_990), contents(101, 9_990, status=400, body={})) == {"TY-CAT-004"}


def test_stopping_at_ten_thousand_is_found_once() -> None:
    assert broken(*pages(0, 99, 12_345)) == {"TY-CAT-005"}


def test_going_on_by_token_is_right() -> None:
    beyond = [contents(number, 10_250, token=f"after-{number - 1}") for number in (100, 101, 102)]
    assert broken(*pages(0, 99, 10_250), *beyond) == set()


def beyond(rows: int, *page_rows: int, offered: bool) -> list[dict[str, object]]:
    """The pages behind tokens beyond 10,000 rows; the last of them offers a token or none."""
    last = 99 + len(page_rows)
    walk = []
    for number, count in enumerate(page_rows, start=100):
        body = token_body(number, rows, count, offered=offered or number < last)
        walk.append(contents(number, rows, token=f"after-{number - 1}", body=body))
    return walk


def token_body(number: int, rows: int, count: int, *, offered: bool) -> dict[str, object]:
    """The body of a page that holds ``count`` rows."""
    body = {"totalElements": rows, "page": number, "size": 100, "content": [{}] * count}
    return {**body, "nextPageToken": f"after-{number}"} if offered else body


def test_token_left_unfollowed_beyond_ten_thousand_is_found() -> None:
    assert broken(*pages(0, 99, 12_345), *beyond(12_345, 100, offered=True)) == {"TY-CAT-005"}
    # Five short pages are no 250 rows, though five full ones would be.
    assert broken(*pages(0, 99, 10_250), *beyond(10_250, 20, 20, 20, 20, 20, offered=True)) == {"TY-CAT-005"}


def test_rows_are_counted_though_another_list_stands_beside_them() -> None:
    walk = beyond(12_345, 100, offered=True)
    body = {"newField": [], **token_body(100, 12_345, 100, offered=True)}
    assert broken(*pages(0, 99, 12_345), *walk[:-1], contents(100, 12_345, token="after-99", body=body)) == {
        "TY-CAT-005"
    }


def test_token_followed_to_a_page_that_offers_none_is_right() -> None:
    assert broken(*pages(0, 99, 10_250), *beyond(10_250, 90, 90, 70, offered=False)) == set()


def test_token_walk_that_ends_with_a_refusal_or_in_a_list_that_moved_is_right() -> None:
    refused = contents(101, 12_345, token="after-100", status=503, body={})
    assert broken(*pages(0, 99, 12_345), *beyond(12_345, 100, offered=True), refused) == set()
    assert broken(*pages(0, 99, 12_345), *beyond(12_344, 100, offered=True)) == set()


def test_narrower_requests_instead_of_the_token_are_right() -> None:
    by_brand = contents(0, 90, query={"brandIds": 7})
    assert broken(*pages(0, 99, 10_250), by_brand) == set()


def test_halving_a_window_is_right() -> None:
    halves = [settlements(15, 7.5, rows=400), settlements(7.5, 0, rows=400)]
    assert broken(settlements(15, 0, rows=20_000), *halves) == set()


def test_window_read_only_to_its_first_page_is_found() -> None:
    assert broken(settlements(15, 0, rows=900)) == {"TY-FIN-006"}
    assert broken(settlements(15, 0, rows=900), settlements(15, 0, number=1, rows=900)) == set()


def test_token_with_another_filter_is_found() -> None:
    other = {"size": 100, "nextPageToken": "after-0", "status": "archived"}
    whole = [contents(0, 150), contents(1, 150)]
    assert broken(*whole, asked(APPROVED, other, status=400)) == {"TY-CAT-006"}


def test_token_of_an_earlier_run_is_not_judged() -> None:
    assert broken(contents(1, 150, token="from-yesterday")) == set()


def test_page_without_a_body_in_the_recording_is_not_judged() -> None:
    assert broken(contents(0, 350, body={})) == set()


def test_look_at_one_row_to_learn_the_total_is_no_walk() -> None:
    look = contents(0, 250, size=1)
    assert broken(look) == set()
    assert broken(look, *pages(0, 2, 250)) == set()
    assert broken(look, contents(0, 250)) == {"TY-CAT-003"}
    assert broken(contents(1, 250, size=1)) == {"TY-CAT-002", "TY-CAT-003"}
