"""The pytest plugin, seen by the tests of somebody else's project."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

HEAVY = (
    *("hypothesis", "schemathesis", "faker", "flask", "werkzeug", "requests", "urllib3", "httpx", "aiohttp"),
    *("time_machine", "emulator"),
)
APPROVED = "/integration/product/sellers/2748/products/approved"


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Import before pytester remembers what is imported: C extensions and httpx bear no second time.

    Nor does what the emulator loads where no seeded world is in its cache.
    """
    for name in ("pytest_plugin.hosting", "virtual_time.clock", "inprocess.with_httpcore"):
        importlib.import_module(f"contract_tests.{name}")
    for name in ("seeding", "jobs"):
        importlib.import_module(f"emulator.world.{name}")


@pytest.fixture
def shop(pytester: pytest.Pytester) -> pytest.Pytester:
    """An empty project where any warning is an error."""
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    return pytester


def test_importing_the_plugin_imports_nothing_heavy() -> None:
    code = (
        "import sys, contract_tests.pytest_plugin.plugin;"
        f" print([name for name in {HEAVY} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_trendyol_answers_in_process(shop: pytest.Pytester) -> None:
    shop.makepyfile(f"""
        def test_catalogue(trendyol):
            answer = trendyol.get("{APPROVED}", size=5)
            assert answer.status_code == 200
            assert len(answer.json["content"]) == 5
            assert trendyol.base_url == "http://localhost"
            assert (trendyol.seller, trendyol.key, trendyol.storefront) == (2748, "demo-int-key", "RO")
    """)
    shop.runpytest_inprocess().assert_outcomes(passed=1)


def test_trendyol_is_fresh_for_each_test(shop: pytest.Pytester) -> None:
    shop.makepyfile("""
        import pytest

        @pytest.mark.parametrize("_", range(2))
        def test_journal_holds_only_its_own(trendyol, trendyol_journal, trendyol_clock, _):
            before = trendyol_clock.freeze()
            assert trendyol_clock.advance(1_000) == before + 1_000 == trendyol_clock.now_ms
            trendyol.get("/integration/nowhere")
            assert [row["status"] for row in trendyol_journal.entries()] == [404]
    """)
    shop.runpytest_inprocess().assert_outcomes(passed=2)


def test_marker_chooses_world_time_seller_and_faults(shop: pytest.Pytester) -> None:
    shop.makepyfile("""
        import pytest

        PLAN = [{"operation": "filterApprovedProducts", "at": 2, "status": 429, "retry_after": 7}]

        @pytest.mark.trendyol(world="empty", seed=3, now=1_790_000_000_000, seller=2738, faults=PLAN)
        def test_chosen(trendyol, trendyol_clock, trendyol_faults):
            path = "/integration/product/sellers/2738/products/approved"
            answers = [trendyol.get(path) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [200, 429, 200]
            assert answers[1].headers["Retry-After"] == "7"
            assert answers[0].json["totalElements"] == 0
            assert 0 <= trendyol_clock.now_ms - 1_790_000_000_000 < 60_000
            assert [fault["spent"] for fault in trendyol_faults.all()] == [True]
    """)
    shop.runpytest_inprocess().assert_outcomes(passed=1)


def test_trendyol_server_is_the_same_world_on_a_real_port(shop: pytest.Pytester) -> None:
    shop.makepyfile(f"""
        import os
        from urllib.parse import urljoin

        import pytest, requests

        @pytest.fixture(autouse=True)
        def proxy(monkeypatch):
            monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
            monkeypatch.setenv("NO_PROXY", "internal.example")
            monkeypatch.delenv("no_proxy", raising=False)

        def test_port(trendyol_server, trendyol_journal):
            asked = dict(headers=trendyol_server.headers, timeout=5)
            url = urljoin(trendyol_server.base_url, "{APPROVED}")
            assert requests.get(url, **asked).status_code == 200
            assert os.environ["no_proxy"].startswith("internal.example,127.0.0.1")
            assert len(trendyol_journal.entries(operation="filterApprovedProducts")) == 1
    """)
    shop.runpytest_inprocess().assert_outcomes(passed=1)


def test_trendyol_in_process_answers_at_the_vendors_own_address(shop: pytest.Pytester) -> None:
    shop.makepyfile(f"""
        import pytest, requests
        from contract_tests.inprocess.hosts import HostRefused

        def test_vendor(trendyol_in_process, trendyol_journal):
            assert trendyol_in_process.base_url == "https://stageapigw.trendyol.com"
            asked = dict(headers=trendyol_in_process.headers, timeout=5)
            assert requests.get(trendyol_in_process.base_url + "{APPROVED}", **asked).status_code == 200
            assert len(trendyol_journal.entries(operation="filterApprovedProducts")) == 1
            with pytest.raises(HostRefused):
                requests.get("https://shop.invalid", timeout=5)

        @pytest.mark.trendyol(allow=["*.invalid"])
        def test_allowed(trendyol_in_process):
            with pytest.raises(requests.ConnectionError, match="shop.invalid"):
                requests.get("https://shop.invalid", timeout=5)
    """)
    shop.runpytest_inprocess().assert_outcomes(passed=2)


def test_travel_lets_waiting_move_the_time_of_client_and_world(shop: pytest.Pytester) -> None:
    shop.makepyfile("""
        import time
        import pytest

        @pytest.mark.trendyol(now=1_790_000_000_000, travel=True)
        def test_years(trendyol, trendyol_clock):
            time.sleep(86_400_000)
            assert trendyol_clock.now_ms == time.time_ns() // 1_000_000 == 1_876_400_000_000

        def test_real(trendyol, trendyol_clock):
            assert abs(trendyol_clock.now_ms - time.time() * 1000) < 60_000
    """)
    shop.runpytest_inprocess().assert_outcomes(passed=2)


def test_failed_test_shows_requests_refusal_and_how_to_repeat(shop: pytest.Pytester) -> None:
    shop.makepyfile(f"""
        def test_wrong(trendyol):
            assert trendyol.get("{APPROVED}", size=101).status_code == 200
    """)
    result = shop.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "*- trendyol -*",
        f"*400  GET *{APPROVED}?size=101  <- *(*)",
        "repeat the test:   pytest '*::test_wrong'",
        "look at its world: trendyol-emulator serve --world demo --seed *",
    ])  # fmt: skip


SIXTEEN_DAYS = """
    DAY = 86_400_000

    def test_window(trendyol, trendyol_clock):
        now = trendyol_clock.now_ms
        dates = {"startDate": now - 16 * DAY, "endDate": now, "transactionType": "Sale", "size": 500}
        trendyol.get("/integration/finance/che/sellers/2748/settlements", **dates)
"""


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [("off", {"passed": 1}), ("warn", {"passed": 1, "warnings": 1}), ("error", {"failed": 1})],
)
def test_lint_judges_what_a_test_sent(shop: pytest.Pytester, mode: str, outcome: dict[str, int]) -> None:
    shop.makepyfile(SIXTEEN_DAYS)
    result = shop.runpytest_inprocess(f"--trendyol-lint={mode}", "-W", "default")
    result.assert_outcomes(**outcome)
    assert ("15 days" in result.stdout.str()) == (mode != "off")


def test_lint_says_nothing_of_a_test_that_keeps_the_rules(shop: pytest.Pytester) -> None:
    shop.makepyfile(f"""
        def test_catalogue(trendyol):
            for page in range(3):
                trendyol.get("{APPROVED}", page=page, size=100)
    """)
    shop.runpytest_inprocess("--trendyol-lint=error").assert_outcomes(passed=1)


@pytest.mark.nightly
def test_plugin_works_in_parallel(shop: pytest.Pytester) -> None:
    shop.makepyfile(f"""
        import pytest

        @pytest.mark.parametrize("_", range(4))
        def test_catalogue(trendyol, _):
            assert trendyol.get("{APPROVED}").status_code == 200
    """)
    alone = ("-p", "no:schemathesis", "-p", "no:hypothesispytest")
    shop.runpytest_subprocess("-n", "2", *alone).assert_outcomes(passed=4)
