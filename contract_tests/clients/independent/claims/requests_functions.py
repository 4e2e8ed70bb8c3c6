"""Trendyol claims: a copy of 56 days, and the decisions that the shop wants (sync, export claims, reset)."""

import json
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import requests

DAY = 86_400_000
SPAN, WINDOW = 56 * DAY, 14 * DAY
WAITS = "WaitingInAction"
PER_MINUTE, TRIES = 5, 6
PROOF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = {"description": "The return was inspected on arrival and does not meet the conditions."}
Json = dict[str, Any]


class Trouble(Exception):
    """Something could not be done."""


class Enough(Trouble):
    """Nothing more can be done in this run: no time, or not let in."""


class Group(NamedTuple):  # what one request can decide
    claim_id: str
    action: str
    reason: int
    alone: str  # the id of an item that was refused in company


def say(*words: object) -> None:
    print(*words, file=sys.stderr)


def begin(environment: Mapping[str, str]) -> None:
    """What a run goes by: one process may have several."""
    global ENV, BEGIN, NOW, BUDGET, CLAIMS
    ENV = environment
    BEGIN = time.monotonic()
    NOW = int(ENV.get("TRENDYOL_NOW_MS") or time.time() * 1000)
    BUDGET = float(ENV.get("CLAIMS_BUDGET_SECONDS") or 100)
    CLAIMS = f"/sellers/{ENV.get('TRENDYOL_SELLER_ID', '')}/claims"


def now() -> int:
    return NOW + round((time.monotonic() - BEGIN) * 1000)


def pause(seconds: float) -> None:
    if time.monotonic() - BEGIN + seconds > BUDGET:
        raise Enough(f"no time to wait {seconds:.0f} s")
    time.sleep(max(0.0, seconds) + random.uniform(0, 0.05))


def store_file() -> Path:
    path = Path(ENV.get("CLIENT_STORE") or "claims-store.json")
    return path / "claims-store.json" if path.is_dir() else path


def load() -> Json:
    store: Json = {"claims": {}, "decisions": {}, "states": {}, "stamps": {"approve": [], "issue": []}}
    return store | json.loads(store_file().read_text("utf-8")) if store_file().exists() else store


def save(store: Json) -> None:
    file = store_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.write_text(json.dumps(store), "utf-8")
    part.replace(file)


def request(method: str, path: str, **more: Any) -> requests.Response:
    headers = {"User-Agent": f"{ENV['TRENDYOL_SELLER_ID']} - SelfIntegration", "Accept": "application/json"}
    if ENV.get("TRENDYOL_STOREFRONT"):
        headers["storeFrontCode"] = ENV["TRENDYOL_STOREFRONT"]
    url = f"{ENV['TRENDYOL_BASE_URL'].rstrip('/')}/integration/order{path}"
    more |= {"auth": (ENV["TRENDYOL_API_KEY"], ENV["TRENDYOL_API_SECRET"]), "headers": headers}
    return requests.request(method, url, timeout=30, allow_redirects=False, **more)


def retry_after(answer: requests.Response) -> float | None:
    value = answer.headers.get("Retry-After", "").strip()
    try:
        return float(value) if value[:1].isdigit() else parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError, IndexError):
        return None


def read(path: str, shape: type, tries: int = TRIES, **query: Any) -> Any:
    """The body of a read that may be repeated; None for a 404 in JSON, which stands for "nothing here"."""
    for attempt in range(tries):
        first, delay = 0.5, None
        try:
            answer = request("GET", path, params=query)
            status, trouble = answer.status_code, f"GET {path}: {answer.status_code} {answer.text[:120]}"
            body = answer.json() if status == 200 else None
            if isinstance(body, shape) and (shape is list or "totalElements" in body):
                return body
            if status == 404 and answer.text.lstrip()[:1] in ("{", "["):
                return None
            if status not in (200, 408, 423, 425, 429) and status < 500:
                raise Trouble(trouble)
            first, delay = 2.0 if status == 429 else 0.5, retry_after(answer)
        except (requests.RequestException, ValueError) as error:
            trouble = f"GET {path}: {error}"
        if attempt + 1 < tries:
            pause(first * 2**attempt if delay is None else delay)
    raise Trouble(trouble)


def read_window(start: int, end: int) -> dict[str, Json]:
    """The claims of a window, its ends included; read once more when they moved meanwhile."""
    for attempt in range(4):
        claims: dict[str, Json] = {}
        totals: set[int] = set()
        page, pages = 0, 1
        while page < pages:
            body = read(CLAIMS, dict, startDate=start, endDate=end, page=page, size=200)
            if body is None:
                body = {"totalElements": 0}  # so is an account without claims answered, it is said
            claims |= {str(claim["claimId"]): claim for claim in body.get("content") or []}
            totals.add(int(body.get("totalElements") or 0))
            page, pages = page + 1, int(body.get("totalPages") or 0)
        if totals == {len(claims)}:
            return claims
        pause(0.3 * 2**attempt)
    raise Trouble("the list of claims moves while it is read")


def audit_says_decided(item_id: str) -> bool:
    try:
        steps = read(f"{CLAIMS}/items/{quote(item_id, safe='')}/audit", list, tries=2) or []
    except Trouble:  # no page of the international edition promises an audit
        return False
    return any(step.get("previousStatus") == WAITS for step in steps)


def send(group: Group, ids: list[str]) -> tuple[str, str, float | None]:
    """Sends a decision, once: what became of it (taken, busy, denied, refused, lost), the answer, a pause."""
    path = f"{CLAIMS}/{quote(group.claim_id, safe='')}"
    try:
        if group.action == "approve":
            answer = request("PUT", f"{path}/items/approve", json={"claimLineItemIdList": ids, "params": {}})
        else:
            query = {"claimIssueReasonId": group.reason, "claimItemIdList": ",".join(ids)} | TEXT
            files = {"files": ("proof.pdf", PROOF, "application/pdf")}
            answer = request("POST", f"{path}/issue", params=query, files=files)
    except requests.RequestException as error:
        return "lost", str(error), None
    status, text = answer.status_code, f"{answer.status_code} {answer.text[:120]}"
    if 200 <= status < 300 and not answer.text.lstrip().startswith("<"):
        return "taken", text, None
    word = {401: "denied", 403: "denied", 408: "lost", 429: "busy"}.get(status)
    return word or ("refused" if 400 <= status < 500 else "lost"), text, retry_after(answer)


def keep(store: Json, claim: Json) -> bool:
    """Takes a claim over; False when the copy holds a newer one, so that the list is late."""
    key, last_change = str(claim["claimId"]), claim.get("lastModifiedDate")
    copy = store["claims"].get(key)
    if copy and (last_change or 0) < (copy["lastChange"] or 0):
        return False
    items = {
        str(item["id"]): {
            "barcode": (line.get("orderLine") or {}).get("barcode"),
            "status": (item.get("claimItemStatus") or {}).get("name"),
            "detail": item.get("acceptDetail"),
            "ends": int(item.get("autoApproveDate") or 0),
        }
        for line in claim.get("items") or []
        for item in line.get("claimItems") or []
    }
    dates = {"claimDate": claim.get("claimDate") or NOW, "lastChange": last_change}
    store["claims"][key] = {"order": claim.get("orderNumber"), **dates, "items": items}
    return True


def look_again(store: Json, claim_id: str) -> None:
    body = read(CLAIMS, dict, claimIds=claim_id) or {}
    claims = [claim for claim in body.get("content") or [] if str(claim["claimId"]) == claim_id]
    if not claims or not keep(store, claims[0]):
        raise Trouble(f"claim {claim_id} is not shown as it is")


def read_all(store: Json) -> bool:
    """Reads the 56 days into the copy; False when the list shows less, or older, than it did before."""
    listing: dict[str, Json] = {}
    for start in range(NOW - SPAN, NOW, WINDOW):
        listing |= read_window(start, NOW if start + WINDOW >= NOW else start + WINDOW - 1)
    store["claims"] = {key: copy for key, copy in store["claims"].items() if copy["claimDate"] >= NOW - SPAN}
    whole = store["claims"].keys() <= listing.keys()
    recent = [claim for claim in listing.values() if (claim.get("claimDate") or NOW) >= NOW - SPAN]
    return all([whole, *(keep(store, claim) for claim in recent)])


def rows(store: Json) -> Iterator[tuple[str, Json]]:
    for key, claim in store["claims"].items():
        for item_id, item in claim["items"].items():
            yield item_id, {**item, "claim": key, "order": claim["order"], "lastChange": claim["lastChange"]}


def still_wait(store: Json, ids: list[str]) -> list[str]:
    waits = {item_id for item_id, item in rows(store) if item["status"] == WAITS}
    return [item_id for item_id in ids if item_id in waits]


def plan(store: Json, wants: dict[str, Json]) -> dict[Group, list[str]]:
    copy, groups = dict(rows(store)), {}
    reasons: set[int] | None = None
    for item_id in still_wait(store, list(wants)):
        item, want = copy[item_id], wants[item_id]
        reason = int(want["reasonId"] or 0) if want["action"] == "issue" else 0
        if want["action"] == "issue":
            if reasons is None:
                reasons = {int(entry["id"]) for entry in read("/claim-issue-reasons", list) or []}
            arrival = item["ends"] - 2 * DAY if item["ends"] else item["lastChange"]
            if reason not in reasons or (reason == 1651 and now() <= arrival + DAY):
                continue
        record = store["decisions"].get(item_id, {"word": "", "at": 0})
        is_new = record["word"] == "taken" and now() - record["at"] < DAY // 24
        if is_new or (record["word"] in ("taken", "lost") and audit_says_decided(item_id)):
            continue  # only the list does not say so yet
        alone = item_id if record["word"] == "refused" else ""  # it shall not hold up others once more
        groups.setdefault(Group(item["claim"], want["action"], reason, alone), []).append(item_id)
    by_action = [[group for group in groups if group.action == action] for action in ("approve", "issue")]
    minutes = {group: turn // PER_MINUTE for queue in by_action for turn, group in enumerate(queue)}
    return {group: groups[group] for group in sorted(minutes, key=minutes.__getitem__)}


def keep_pace(store: Json, action: str) -> None:
    recent = [at for at in store["stamps"][action] if now() - 61_000 < at <= now()][-PER_MINUTE:]
    store["stamps"][action] = recent
    if len(recent) == PER_MINUTE:
        pause((recent[0] + 61_000 - now()) / 1000)


def word_of(store: Json, item_id: str) -> str:
    return store["decisions"].get(item_id, {}).get("word", "")


def note(store: Json, ids: list[str], word: str) -> None:
    store["decisions"] |= {item_id: {"word": word, "at": now()} for item_id in ids}
    save(store)


def carry_out(store: Json, group: Group, ids: list[str]) -> None:
    for attempt in range(TRIES):
        keep_pace(store, group.action)
        look_again(store, group.claim_id)  # nobody decides on what was true a while ago
        if not (ids := still_wait(store, ids)):
            return
        before = dict(store["decisions"])
        note(store, ids, "lost")  # until an answer says otherwise
        word, text, delay = send(group, ids)
        store["stamps"][group.action].append(now())
        if word != "taken":
            say(f"{group.action} of claim {group.claim_id}: {word}, {text}")
        if word in ("busy", "denied"):
            store["decisions"] = before
            save(store)
            if word == "denied":
                raise Enough(text)
            pause(2 ** (attempt + 1) if delay is None else delay)
            continue
        note(store, ids, word)
        if word == "refused":
            look_again(store, group.claim_id)
        if word != "refused" or still_wait(store, ids) == ids:
            return  # after a refusal the same items would be refused again


def state_of(want: Json, item: Json, word: str) -> str:
    status, detail = item["status"], item["detail"]
    if status in ("Created", WAITS):
        return "unclear" if word == "lost" else "pending"
    if want["action"] == "approve":
        is_taken_back = status == "Accepted" and (detail == "SUPPLIER" or word == "taken")
        return "done" if is_taken_back or status == "WaitingFraudCheck" else "refused"
    end = "SUPPLIER" if want["reasonId"] == 2101 else "DISPUTE"
    at_end = status == "Accepted" and (word == "taken" or detail == end)
    is_over = at_end or status in ("Unresolved", "InAnalysis", "Rejected")
    return "done" if is_over and word in ("taken", "lost") else "refused"


def confirm(store: Json, groups: dict[Group, list[str]]) -> None:
    """Looks until a decision is to be seen in the list, though not for long."""
    for group, ids in groups.items():
        open_ids = [item_id for item_id in ids if word_of(store, item_id) in ("taken", "lost")]
        for look in range(4):
            if open_ids := still_wait(store, open_ids):
                pause(look * 0.6)
                look_again(store, group.claim_id)


def sync() -> int:
    store, lines = load(), Path(ENV.get("CLIENT_WANTED") or os.devnull).read_text("utf-8").splitlines()
    wants = {str(want["claimItemId"]): want for want in map(json.loads, filter(str.strip, lines))}
    whole = read_all(store)
    save(store)
    groups: dict[Group, list[str]] = {}
    try:
        groups = plan(store, wants)
        for group, ids in groups.items():
            try:
                carry_out(store, group, ids)
            except Trouble as trouble:
                say(trouble)
                whole = False
        confirm(store, groups)
    except Trouble as trouble:
        say(trouble)
        whole = False
    copy = {item_id: item for item_id, item in rows(store) if item_id in wants}
    store["states"] = {key: state_of(wants[key], item, word_of(store, key)) for key, item in copy.items()}
    save(store)
    open_ids = [item_id for item_id in wants if store["states"].get(item_id) != "done"]
    for item_id in open_ids:
        say(f"{wants[item_id]['action']} of {item_id}: {store['states'].get(item_id, 'no such item')}")
    return 0 if whole and not open_ids else 1


def export(store: Json) -> None:
    for item_id, item in rows(store):
        row = {"claimItemId": item_id, "claimId": item["claim"], "orderNumber": item["order"]}
        row |= {"barcode": item["barcode"], "status": item["status"], "lastModifiedDate": item["lastChange"]}
        state = store["states"].get(item_id)
        print(json.dumps(row | {"state": state} if state else row))


def main(words: list[str], environment: Mapping[str, str]) -> int:
    begin(environment)
    try:
        match words:
            case ["sync"]:
                return sync()
            case ["export", kind]:
                export(load() if kind == "claims" else {"claims": {}})
            case ["reset"]:
                store_file().unlink(missing_ok=True)
        return 0
    except Trouble as trouble:
        say(trouble)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
