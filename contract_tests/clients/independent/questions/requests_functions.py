"""Answers customer questions of a Trendyol store and keeps a copy: sync | export questions | reset."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple

import requests

DAY = 86_400_000
SPAN, WINDOW = 56 * DAY, 14 * DAY  # of a wider window only the first two weeks are answered
ATTEMPTS, SEND_LIMIT = 7, 4  # the second: how often one text goes out to one question, over all runs
WAITS = "WAITING_FOR_ANSWER"
WITH_ANSWER = ("WAITING_FOR_APPROVE", "ANSWERED")
CLOSED = ("REPORTED", "REJECTED", "UNANSWERED")


def say(*words: object) -> None:
    print(*words, file=sys.stderr)


def begin(environment: Mapping[str, str]) -> None:
    """What a run goes by: one process may have several."""
    global ENV, STORE, DRAFT, TURKISH, NOW, ROOT, DEADLINE, MOMENTS, SESSION
    ENV = environment
    place = Path(ENV.get("CLIENT_STORE") or "trendyol-questions.json")
    STORE = place / "questions.json" if place.is_dir() else place
    DRAFT = STORE.with_name(f"{STORE.name}.tmp")
    seller = ENV.get("TRENDYOL_SELLER_ID", "")
    storefront = ENV.get("TRENDYOL_STOREFRONT", "").strip()
    TURKISH = storefront in ("", "TR", "1")
    NOW = int(ENV.get("TRENDYOL_NOW_MS") or time.time() * 1000)
    ROOT = f"{ENV.get('TRENDYOL_BASE_URL', '').rstrip('/')}/integration/qna/sellers/{seller}/questions"
    DEADLINE = time.monotonic() + 100
    MOMENTS = {"list": deque(), "one": deque(), "answer": deque()}
    SESSION = requests.Session()
    SESSION.auth = (ENV.get("TRENDYOL_API_KEY", "").encode(), ENV.get("TRENDYOL_API_SECRET", "").encode())
    SESSION.headers.update({"User-Agent": f"{seller} - SelfIntegration", "Accept": "application/json"})
    if storefront:
        SESSION.headers["storeFrontCode"] = storefront


class Failure(Exception):
    """The run cannot go on; the next one may."""


class Row(NamedTuple):
    status: str
    text: str | None
    answer: str | None
    rejection: str | None
    created: int


class Attempt(NamedTuple):
    text: str
    outcome: str  # taken, already, refused, lost
    count: int
    rejection: str | None  # the one that was there when the text went out
    at: int


class State(NamedTuple):
    rows: dict[str, Row]
    wants: dict[str, str]
    attempts: dict[str, Attempt]
    rejections: dict[str, list[str]]


def load() -> State:
    if not STORE.exists():
        return State({}, {}, {}, {})
    rows, wants, attempts, rejections = json.loads(STORE.read_text("utf-8"))
    rows = {key: Row(*row) for key, row in rows.items()}
    return State(rows, wants, {key: Attempt(*one) for key, one in attempts.items()}, rejections)


def save(state: State) -> None:
    STORE.parent.mkdir(parents=True, exist_ok=True)
    DRAFT.write_text(json.dumps(state), "utf-8")
    DRAFT.replace(STORE)


def read_wants() -> dict[str, str]:
    path = ENV.get("CLIENT_WANTED")
    lines = Path(path).read_text("utf-8").split("\n") if path and Path(path).exists() else []
    return {str(want["id"]): str(want["text"]) for want in map(json.loads, filter(str.strip, lines))}


def pause(seconds: float, reason: str) -> None:
    if time.monotonic() + seconds > DEADLINE:
        raise Failure(f"no time left to wait {seconds:.1f} s after: {reason}")
    time.sleep(max(0.0, seconds))


def request(endpoint: str, method: str, path: str, **more: Any) -> requests.Response:
    """One request, at most 45 in ten seconds to each endpoint; the vendor refuses the 51st."""
    moments = MOMENTS[endpoint]
    while moments and moments[0] < time.monotonic() - 10.5:
        moments.popleft()
    if len(moments) >= 45:
        pause(moments[0] + 10.5 - time.monotonic(), "own pace")
    moments.append(time.monotonic())
    return SESSION.request(method, ROOT + path, timeout=(10, 20), allow_redirects=False, **more)


def patience(attempt: int, reply: requests.Response | None) -> float:
    """What Retry-After says, as seconds or as a moment; without it ever longer, and by chance."""
    heads = reply.headers if reply is not None else {}
    hint = heads.get("Retry-After", "").strip()
    if hint.isdigit():
        return int(hint) + 0.05
    try:
        moment, base = (parsedate_to_datetime(text) for text in (hint, heads.get("Date", "")))
        return max(0.0, (moment - base).total_seconds()) + 0.05
    except (TypeError, ValueError, IndexError):
        least = 1.0 if reply is not None and reply.status_code == 429 else 0.3
        return max(least, min(15.0, 0.5 * 2**attempt) * random.uniform(0.8, 1.2))


def read(endpoint: str, path: str, params: dict[str, Any] | None, accept: Callable[[Any], bool]) -> Any:
    """Reads JSON; again after a 429, a 5xx, a reset, a body that is cut or that is something else."""
    for attempt in range(ATTEMPTS):
        reply = None
        try:
            reply = request(endpoint, "GET", path, params=params)
            if reply.status_code == 200:
                body = json.loads(reply.content)
                if accept(body):
                    return body
                trouble = "200 with another body"
            elif reply.status_code == 429 or reply.status_code >= 500:
                trouble = f"status {reply.status_code}"
            else:
                raise Failure(f"{endpoint} refused: {reply.status_code} {reply.text[:200]}")
        except (requests.RequestException, ValueError) as error:
            trouble = f"{type(error).__name__}: {error}"
        if attempt + 1 < ATTEMPTS:
            pause(patience(attempt, reply), trouble)
    raise Failure(f"{endpoint} given up after {ATTEMPTS} attempts")


def send(key: str, text: str) -> str:
    """Sends an answer once. Only a 429 is repeated, since nothing was looked at then."""
    try:
        for attempt in range(ATTEMPTS):
            reply = request("answer", "POST", f"/{key}/answers", json={"text": text})
            if reply.status_code != 429:
                return outcome_of(reply)
            pause(patience(attempt, reply), "status 429")
    except requests.RequestException as error:
        say("answer to", key, "lost:", error)
        return "lost"
    except Failure as error:  # there was no time to send it
        say(error)
    return "barred"


def outcome_of(reply: requests.Response) -> str:
    if 200 <= (status := reply.status_code) < 300:
        try:  # an object, a JSON string, or nothing at all
            body = json.loads(reply.content) if reply.content.strip() else ""
        except ValueError:
            return "lost"  # a web page, or a body that is cut
        fault = isinstance(body, dict) and {"errors", "error", "exception"} & body.keys()
        return "lost" if fault else "taken"
    say("answer:", status, reply.text[:200])
    if status >= 500 or status in (401, 403, 426) or status < 400:
        return "lost" if status >= 500 else "barred"
    return "already" if "question.has.already.answered" in reply.text else "refused"


def is_question(value: Any) -> bool:
    return isinstance(value, dict) and str(value.get("id")).isdigit() and isinstance(value.get("status"), str)


def is_list(value: Any) -> bool:
    kinds = {"content": list, "totalPages": int, "totalElements": int}
    whole = isinstance(value, dict) and all(isinstance(value.get(name), kind) for name, kind in kinds.items())
    return whole and all(map(is_question, value["content"]))


def row_of(question: dict[str, Any]) -> Row:
    texts = {name: (question.get(name) or {}).get("text") for name in ("answer", "rejectedAnswer")}
    answer_text = None if question["status"] == WAITS else texts["answer"]
    created = int(question.get("creationDate") or 0)
    return Row(question["status"], question.get("text"), answer_text, texts["rejectedAnswer"], created)


def read_window(start: int, end: int) -> dict[str, Row]:
    params = {"startDate": start, "endDate": end, "size": 50, "orderByDirection": "ASC"}
    params |= {"orderByField": "CreatedDate"} if TURKISH else {}
    for turn in range(4):
        pause(turn, "a list that moved")
        rows, totals, page, count = {}, set(), 0, 1
        while page < count:
            body = read("list", "/filter", {**params, "page": page}, is_list)
            rows.update({str(question["id"]): row_of(question) for question in body["content"]})
            totals.add(body["totalElements"])
            page, count = page + 1, body["totalPages"]
        if totals == {len(rows)}:
            return rows
    raise Failure("a window of questions could not be read as a whole")


def refresh(state: State) -> bool:
    """Reads all 56 days. True if the list is late: a question looks older than before, or is away."""
    rows: dict[str, Row] = {}
    for start in range(NOW - SPAN, NOW, WINDOW):
        rows.update(read_window(start, min(start + WINDOW, NOW)))
    late = False
    for key, old in state.rows.items():
        row = rows.get(key)
        again = row is not None and row.status == WAITS and old.status in WITH_ANSWER
        back = again and row is not None and (old.status == "ANSWERED" or row.rejection == old.rejection)
        if back or (row is None and old.created >= NOW - SPAN):
            rows[key], late = old, True
            say("question", key, "is older than before")
    for key, row in rows.items():
        if row.rejection is not None:
            state.rejections[key] = sorted({row.rejection.strip(), *state.rejections.get(key, [])})
    state.rows.clear()
    state.rows.update(rows)
    save(state)
    return late


def attempt_at(state: State, key: str, text: str) -> Attempt | None:
    attempt = state.attempts.get(key)
    return attempt if attempt is not None and attempt.text == text else None


def verdict(state: State, key: str, text: str) -> str:
    row, attempt = state.rows.get(key), attempt_at(state, key, text)
    if row is not None and row.status in WITH_ANSWER:
        taken_before = attempt is not None and attempt.outcome == "taken"
        ours = taken_before if row.answer is None else row.answer.strip() == text.strip()
        return "done" if ours else "refused"
    if row is None or row.status != WAITS:
        return "refused" if row is not None and row.status in CLOSED else "unclear"
    if not 10 <= len(text) <= 2000 or text.strip() in state.rejections.get(key, []):
        return "refused"
    if attempt is None:
        return "pending"
    return "failed" if attempt.count >= SEND_LIMIT else "unclear"


def may_send(state: State, key: str, text: str) -> bool:
    row, attempt = state.rows.get(key), attempt_at(state, key, text)
    if row is None or row.status != WAITS or verdict(state, key, text) not in ("pending", "unclear"):
        return False
    if attempt is not None and attempt.outcome == "already":
        return attempt.rejection != row.rejection
    return attempt is None or attempt.outcome != "taken"  # taken: the list does not say so yet


def answer(state: State, key: str, text: str) -> str:
    row, earlier = state.rows[key], attempt_at(state, key, text)
    if earlier is not None and TURKISH:  # before a second attempt look at the one question, which INT has not
        try:
            fresh = row_of(read("one", f"/{key}", None, is_question))
            if fresh.status != WAITS or fresh.rejection != row.rejection:
                return "look"
        except Failure:
            return "look"
    attempt = Attempt(text, "lost", earlier.count + 1 if earlier else 1, row.rejection, NOW)
    state.attempts[key] = attempt
    save(state)  # before it goes out: a run that is ended here leaves its trace
    outcome = send(key, text)
    state.attempts[key] = attempt._replace(outcome=outcome)
    if outcome == "barred":  # nothing happened
        del state.attempts[key]
        state.attempts.update({key: earlier} if earlier else {})
    save(state)
    return outcome


def sync() -> int:
    last = load()
    attempts = {key: one for key, one in last.attempts.items() if one.at >= NOW - SPAN - 7 * DAY}
    state = State(last.rows, read_wants(), attempts, last.rejections)
    late = refresh(state)
    todo = [(key, text) for key, text in state.wants.items() if may_send(state, key, text)]
    for key, text in todo:
        if (outcome := answer(state, key, text)) == "barred":
            break
        pause(1 if outcome == "lost" else 0, "an answer")
    if todo:
        late = refresh(state)
    rest = [key for key, text in state.wants.items() if verdict(state, key, text) not in ("done", "refused")]
    say("not settled:", *rest)
    return 1 if rest or late else 0


def export_questions() -> None:
    state = load()
    for key, row in state.rows.items():
        line = {"id": int(key), "status": row.status, "text": row.text, "answer": row.answer}
        if key in state.wants:
            line["state"] = verdict(state, key, state.wants[key])
        print(json.dumps(line))


def main(words: list[str], environment: Mapping[str, str]) -> int:
    begin(environment)
    if words == ["sync"]:
        return sync()
    if words == ["export", "questions"]:
        export_questions()
    elif words == ["reset"]:
        STORE.unlink(missing_ok=True)
        DRAFT.unlink(missing_ok=True)
    return 0 if words[:1] in (["export"], ["reset"]) else 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:], os.environ))
    except (Failure, OSError, ValueError) as problem:
        sys.exit(f"{type(problem).__name__}: {problem}")  # exit code 1
