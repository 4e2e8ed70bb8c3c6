"""Prometheus' view of a running emulator: what was asked, what waits, what was found."""

from __future__ import annotations

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.control import SALES, SETTLEMENTS, refusal

REQUESTS = "trendyol_emulator_requests_total"
DUE = "trendyol_emulator_due_work"
RISES = {("getSettlements", "200"): 2, ("getSettlements", "401"): 1, ("", "404"): 1}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(app: Flask, query: str = "") -> Samples:
    """Read every sample by its name and labels."""
    answer = app.test_client().get(f"/_emulator/metrics{query}")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    """Give one sample; 0 for one that is not there."""
    return samples.get((name, frozenset(labels.items())), 0)


def test_requests_are_counted_by_operation_and_status(ask: Ask, app: Flask) -> None:
    before = scrape(app)
    for status in (200, 200, 401):
        headers: dict[str, str] | None = {} if status == 401 else None
        assert ask(SETTLEMENTS, headers, **SALES).status_code == status
    ask("/nowhere")
    after = scrape(app)
    for (operation, code), rise in RISES.items():
        labels = {"operation": operation, "status": code}
        assert value(after, REQUESTS, **labels) - value(before, REQUESTS, **labels) == rise, labels


def test_counts_rise_over_reset_and_the_end_of_a_world(open_world: Opener, app: Flask) -> None:
    ask = open_world("empty")
    labels = {"operation": "getSettlements", "status": "200"}
    before = value(scrape(app), REQUESTS, **labels)
    worlds = value(scrape(app), "trendyol_emulator_worlds")
    ask(SETTLEMENTS, **SALES)
    ask.control("POST", "/reset")
    assert value(scrape(app), REQUESTS, **labels) == before + 1
    app.test_client().delete(f"/_emulator/worlds/{ask.prefix.removeprefix('/w/')}")
    after = scrape(app)
    assert value(after, REQUESTS, **labels) == before + 1
    assert value(after, "trendyol_emulator_worlds") == worlds - 1


def test_own_requests_are_not_counted(ask: Ask, app: Flask) -> None:
    ask.control("GET", "/clock")
    assert not [
        labels for name, labels in scrape(app) if name == REQUESTS and ("operation", "getClock") in labels
    ]


def test_work_on_the_calendar_is_waiting_or_overdue(ask: Ask, app: Flask) -> None:
    payouts = {"kind": "payment-orders"}
    before = scrape(app)
    assert value(before, DUE, **payouts, state="waiting") >= 1
    stage = app.extensions["stages"].get(ask.prefix.removeprefix("/w/") or "default")
    stage.world.clock.freeze(stage.world.clock.now_ms() + 30 * 86_400_000)
    after = scrape(app)
    assert value(after, DUE, **payouts, state="overdue") == value(before, DUE, **payouts, state="overdue") + 1


def test_findings_are_those_of_the_last_judgement(ask: Ask, app: Flask) -> None:
    ask(SETTLEMENTS, {}, **SALES)
    rule = {"rule": "TY-PLT-004", "level": "MUST"}
    count = value(scrape(app, "?findings=true"), "trendyol_emulator_findings", **rule)
    assert count >= 1
    assert value(scrape(app), "trendyol_emulator_findings", **rule) == count
    ask.control("DELETE", "/requests")
    assert value(scrape(app), "trendyol_emulator_findings", **rule) < count


def test_findings_without_the_kit_are_refused(ask: Ask, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.extensions["stages"], "find_judge", lambda: None)
    assert refusal(ask, "GET", "/metrics", findings="true") == (501, "kit-missing")


def test_ready_answers_whoever_asks_by_whichever_name(app: Flask) -> None:
    for path in ("/readyz", "/_emulator/ready"):
        answer = app.test_client().get(path, headers={"Host": "balancer.example"})
        assert (answer.status_code, answer.get_json()) == (200, {"ready": True})
    assert app.test_client().get("/readyz", headers={"Origin": "http://evil.example"}).status_code == 403
    assert app.test_client().head("/readyz").status_code == 200
