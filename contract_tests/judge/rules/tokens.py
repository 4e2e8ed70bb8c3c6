"""Bearer tokens and quotas: a token serves until it expires, a quota that is used up is waited for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate, islice

from contract_tests.judge.rules.pace import MOST_SHOWN, SLACK_MS, UNDER_WAY_MS
from contract_tests.judge.rules.purchases import parse_json
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

# Requests of other workers that may still go out before each of them has learned of it.
WORKERS = 4
# The next token comes this soon after a call when every call fetches its own.
AT_ONCE_MS = 5_000


def bearer_authorization(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Authorization is Bearer with a token, but for the operation that gives the ``token``.

    A recording may have lost the header, so its absence counts only where the answer was 401.
    """
    for exchange in history.operations_of(rule):
        value = exchange.headers.get("authorization", "").strip()
        if exchange.operation != rule.facts["token"] and (value or exchange.status == 401):
            yield Evaluation((exchange,), _bearer_violation(value))


def _bearer_violation(value: str) -> str | None:
    if not value:
        return "the header Authorization is missing"
    scheme, _, token = value.partition(" ")
    if scheme.lower() != "bearer":
        return f"Authorization begins with {scheme[:12]!r}, not with Bearer"
    return None if token.strip() else "Authorization holds no token"


def token_reused(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A ``token`` serves until it expires; not more than ``times`` in a row serve one call each.

    Legal: a new token early now and then, one for each worker or run, one after a 401.
    """
    for exchanges in exchanges_by_client(history, rule):
        yield from _tokens_of(exchanges, rule)


def _tokens_of(exchanges: list[Exchange], rule: Rule) -> Iterator[Evaluation]:
    tokens: list[Exchange] = []
    calls: list[Exchange] = []
    for exchange in exchanges:
        if exchange.operation != rule.facts["token"]:
            calls.append(exchange)
            continue
        if _for_one_call(exchange, tokens, calls):
            sentence = f"{len(tokens)} tokens in a row served one call each, though each was good for an hour"
            yield Evaluation((exchange,), sentence if len(tokens) > rule.facts["times"] else None)
        else:
            tokens.clear()
            yield Evaluation((exchange,))
        if exchange.is_success:
            tokens.append(exchange)
        calls.clear()


def _for_one_call(token: Exchange, tokens: list[Exchange], calls: list[Exchange]) -> bool:
    if not tokens or len(calls) != 1 or calls[0].status == 401:
        return False
    return token.ms_since(calls[0]) < AT_ONCE_MS and token.at_ms < good_until_ms(tokens[-1])


def good_until_ms(token: Exchange) -> float:
    """When a token expires, as its answer says."""
    lifetime_s = token.body.facts.get("expires_in")
    return token.ended_ms + 1000.0 * (lifetime_s if isinstance(lifetime_s, int | float) else 0)


def token_renewed(history: History, rule: Rule) -> Iterator[Evaluation]:
    """After a 401 a new ``token`` is asked for before anything else, but for what was already on its way."""
    refusal: Exchange | None = None
    repeat_count = 0
    for exchange in history.operations_of(rule):
        if exchange.operation == rule.facts["token"] or exchange.is_success:
            refusal = None
        elif exchange.status == 401 and refusal is None:
            refusal, repeat_count = exchange, 0
            yield Evaluation((exchange,))
        elif exchange.status == 401 and refusal and exchange.ms_since(refusal) > UNDER_WAY_MS:
            repeat_count += 1
            sentence = f"{repeat_count} more requests with the token that was refused with 401"
            yield Evaluation((refusal, exchange), sentence if repeat_count > rule.facts["times"] else None)


def quota_respected(history: History, rule: Rule) -> Iterator[Evaluation]:
    """After an answer with nothing ``remaining`` there is no request before its ``reset``.

    Units: the reset is in seconds since the epoch, of the world that answered. What other workers send before
    they have learned of it is let pass.
    """
    for exchanges in exchanges_by_client(history, rule):
        workers = max(WORKERS, at_once(exchanges))
        for at, last_answer in enumerate(exchanges):
            reset_ms = _used_up_until(last_answer, rule)
            if reset_ms > last_answer.ended_ms:
                early = list(islice(_early_ones(exchanges, at, reset_ms), max(MOST_SHOWN, 2 * workers)))
                late = [one for one in early if one.ms_since(last_answer) > UNDER_WAY_MS]
                over = len(late) > rule.facts["times"] or len(early) > workers
                quota_text = (
                    f"nothing was left of the quota for {(reset_ms - last_answer.ended_ms) / 1000:.0f} s"
                )
                violation = f"{quota_text}, {len(early)} requests were sent meanwhile"
                yield Evaluation((last_answer, *early), violation if over else None)


def _early_ones(exchanges: list[Exchange], at: int, reset_ms: float) -> Iterator[Exchange]:
    for place in range(at + 1, len(exchanges)):
        # They stand in the order of the world's time: none behind the reset is early.
        if exchanges[place].at_ms >= reset_ms:
            return
        if _within(exchanges[place], exchanges[at], reset_ms):
            yield exchanges[place]


def _used_up_until(exchange: Exchange, rule: Rule) -> float:
    headers = exchange.response_headers
    left = headers.get(rule.facts["remaining"].lower(), "").strip()
    reset = headers.get(rule.facts["reset"].lower(), "").strip()
    return int(reset) * 1000.0 if left == "0" and reset.isdecimal() else 0.0


def _within(exchange: Exchange, last_answer: Exchange, reset_ms: float) -> bool:
    # The reset is given in the world's time; a client that knows only the real one is right by that as well.
    early = max(exchange.at_ms, exchange.real_ms) < reset_ms - SLACK_MS
    return early and exchange.follows(last_answer)


def at_once(exchanges: list[Exchange]) -> int:
    """Count the most requests that were under way at the same time."""
    moments = [(one.real_ms, 1) for one in exchanges] + [(one.real_ms + one.took_ms, -1) for one in exchanges]
    return max(accumulate(change for _, change in sorted(moments)), default=0)


def exchanges_by_client(history: History, rule: Rule) -> list[list[Exchange]]:
    """Gather the exchanges of each API client, as far as the recording tells them apart."""
    exchanges = list(history.operations_of(rule))
    if not any(one.account for one in exchanges):
        return [exchanges]
    groups: defaultdict[str, list[Exchange]] = defaultdict(list)
    for one in exchanges:
        groups[one.account or _client_id(one)].append(one)
    return list(groups.values())


def _client_id(exchange: Exchange) -> str:
    body = parse_json(exchange.request_body)
    return str(body.get("client_id", "")) if isinstance(body, dict) else ""
