"""Progress is for people at a terminal; it may be moved from any thread."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from rich.console import Console

from contract_tests.reports.progress import progress


def test_a_line_a_scenario_is_shown_without_a_terminal() -> None:
    out = io.StringIO()
    with progress({"finance": 3}, Console(file=out)) as bar:
        bar.advance("finance", line="quiet: exit 0 [after] 1 s")
        bar.advance("finance", 0, examples=1)
    assert out.getvalue() == "finance  quiet: exit 0 [after] 1 s\n"


def test_profiles_show_scenarios_examples_and_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = io.StringIO()
    screen = Console(file=out, force_terminal=True, width=120, color_system=None)
    with progress({"catalog-pull": 5, "finance": 3}, screen) as bar:
        bar.advance("finance", examples=40, findings=2)
        bar.advance("finance", 0, examples=2)
        bar.bars.refresh()
    assert "catalog-pull" in out.getvalue()
    values = [line for line in out.getvalue().splitlines() if "42 examples" in line]
    assert "1/3 scenarios" in values[-1]
    assert "2 findings" in values[-1]


def test_advances_from_many_threads_all_count() -> None:
    with progress({"finance": 200}, Console(file=io.StringIO())) as bar, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: bar.advance("finance", examples=1), range(200)))
    assert bar.counts["finance"].examples == 200
    assert bar.bars.tasks[0].completed == 200
