"""Product onboarding for Trendyol's marketplace API. Verbs: sync, export onboarding, reset."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import requests

HOUR, DAY = 3_600_000, 86_400_000
TRIES = 8
VAT = {
    "TR": {0, 1, 10, 20},
    "DE": {0, 7, 19},
    "SA": {15},
    "AE": {5},
    "GR": {0, 6, 13, 24, 11, 21},
    "SK": {0, 19, 23},
    "RO": {0, 11, 21},
    "CZ": {0, 12, 21},
    "BG": {0, 9, 20, 11, 21},
}
WRITES = {
    "create": ("POST", "/v2/products"),
    "update": ("POST", "/products/unapproved-bulk-update"),
    "content": ("POST", "/products/content-bulk-update"),
    "archive": ("PUT", "/products/archive-state"),
    "restore": ("PUT", "/products/archive-state"),
    "delete": ("DELETE", "/products"),
}
Row = dict[str, Any]


class Refusal(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"HTTP {status}: {text[:300]}")
        self.status = status


class LostAnswer(Exception):
    """A write that may have been taken or not."""


class NotNow(Exception):
    """The service did not answer in the time of this run."""


class BadRow(Exception):
    """A product that cannot be sent as it is wanted."""


def tidy(text: Any) -> str:
    return " ".join(str("" if text is None else text).split())


def bare(text: Any) -> str:
    return "".join(str("" if text is None else text).split())


def print_of(row: Row) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:20]


class Api:
    def __init__(self, env: Mapping[str, str]) -> None:
        seller, storefront = env["TRENDYOL_SELLER_ID"], env.get("TRENDYOL_STOREFRONT", "")
        self.storefront, self.abroad = storefront, storefront not in ("", "TR")
        self.origin = env["TRENDYOL_BASE_URL"].rstrip("/") + "/integration"
        self.seller_path = f"/product/sellers/{seller}"
        self.patience = 80.0  # seconds of back-off in one run
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (env["TRENDYOL_API_KEY"], env["TRENDYOL_API_SECRET"])
        self.session.headers["User-Agent"] = f"{seller} - SelfIntegration"
        if storefront:
            self.session.headers["storeFrontCode"] = storefront
        if self.abroad:
            self.session.headers["Accept-Language"] = "en"

    def wait(self, seconds: float, why: str) -> None:
        if seconds > self.patience:
            raise NotNow(why)
        self.patience -= seconds
        time.sleep(seconds)

    def call(self, method: str, path: str, query: Any = None, body: Any = None) -> Any:
        refusals = failures = 0
        while True:
            try:
                answer = self.session.request(
                    method, self.origin + path, params=query, json=body, timeout=30, allow_redirects=False
                )
                if answer.status_code == 429:
                    if refusals == 6:
                        raise NotNow(f"{method} {path}: too many requests")
                    pause = self.retry_after(answer.headers.get("Retry-After"))
                    self.wait(2.0**refusals if pause is None else pause, "429")
                    refusals += 1
                    continue
                if answer.ok and answer.status_code < 300:
                    return answer.json()
                if answer.status_code < 500 and answer.status_code != 408:
                    raise Refusal(answer.status_code, answer.text)
                why = f"{method} {path}: HTTP {answer.status_code}"
            except (requests.RequestException, ValueError) as error:  # resets, broken bodies
                why = f"{method} {path}: {error!r}"
            if method != "GET":
                raise LostAnswer(why)
            if failures == 5:
                raise NotNow(why)
            self.wait(0.5 * 2**failures, why)
            failures += 1

    @staticmethod
    def retry_after(header: str | None) -> float | None:
        try:
            return max(0.0, float(header)) if header else None
        except ValueError:
            pass
        try:
            moment = parsedate_to_datetime(header or "")
            return max(0.0, (moment - datetime.now(UTC)).total_seconds())
        except (TypeError, ValueError):
            return None

    def rows(self, path: str, size: int, query: list[tuple[str, str]] | None = None) -> Iterator[Row]:
        """All pages; raises where the list moved, so that nobody trusts half of it."""
        page, token, total, count = 0, None, None, 0
        while True:
            place = ("nextPageToken", token) if token else ("page", str(page))
            body = self.call("GET", path, [*(query or []), place, ("size", str(size))])
            content = body.get("content") or []
            if total is not None and body.get("totalElements", total) != total:
                raise NotNow(f"{path}: the list moved while it was read")
            total = body.get("totalElements", total)
            count += len(content)
            yield from content
            page += 1
            if not content or (total is not None and count >= total):
                break
            if not token and page >= body.get("totalPages", page + 1):
                break
            if (page + 1) * size > 10_000 or token:
                token = body.get("nextPageToken")  # beyond 10,000 only the token leads on
        if total is not None and count < total:
            raise NotNow(f"{path}: {count} of {total} rows")

    def whole_list(self, path: str, size: int, query: list[tuple[str, str]] | None = None) -> list[Row]:
        for _ in range(3):
            try:
                return list(self.rows(path, size, query))
            except NotNow as error:
                last = error
        raise last


class Store:
    def __init__(self, env: Mapping[str, str]) -> None:
        path = Path(env["CLIENT_STORE"])
        self.file = path / "onboarding.json" if path.is_dir() else path
        self.data: Row = {"run": 0, "names": {}, "records": {}}
        with contextlib.suppress(OSError, ValueError):
            self.data.update(json.loads(self.file.read_text("utf-8")))

    def save(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_name(self.file.name + ".new")
        draft.write_text(json.dumps(self.data), "utf-8")
        draft.replace(self.file)

    def record(self, barcode: str) -> Row:
        return self.data["records"].setdefault(barcode, {})


class Names:
    """Numbers of names: looked up once, remembered for a week; what was missing is asked for after a day."""

    def __init__(self, api: Api, store: Store, now: int) -> None:
        self.api, self.notes, self.now = api, store.data["names"], now

    def find(self, key: str, load: Callable[[], Any], pick: Callable[[Any], Any]) -> Any:
        entry = self.notes.get(key)
        if entry and self.now - entry["at"] < 7 * DAY:
            hit = pick(entry["data"])
            if hit is not None or self.now - entry["at"] < DAY:
                return hit
        self.notes[key] = {"at": self.now, "data": load()}
        return pick(self.notes[key]["data"])

    def brand(self, name: str) -> int:
        path = "/product/brands/by-name"
        hit = self.find(
            f"brand {name}",
            lambda: self.api.call("GET", path, {"name": name}),
            lambda brands: next((b["id"] for b in brands if b["name"] == name), None),
        )
        if hit is None:
            raise BadRow(f"no brand {name}")
        return hit

    def category(self, names: list[str]) -> int:
        def slim(nodes: Any) -> list[Row]:
            return [
                {"id": n["id"], "name": n["name"], "subs": slim(n.get("subCategories"))} for n in nodes or []
            ]

        def load() -> list[Row]:
            tree = self.api.call("GET", "/product/product-categories")
            return slim(tree if isinstance(tree, list) else tree["categories"])

        def follow(nodes: list[Row], path: list[str]) -> int | None:
            for node in nodes:
                if path and tidy(node["name"]) == tidy(path[0]):
                    last = len(path) == 1
                    hit = (None if node["subs"] else node["id"]) if last else follow(node["subs"], path[1:])
                    if hit is not None:
                        return hit
            return None

        hit = self.find("tree", load, lambda tree: follow(tree, names))
        if hit is None:
            raise BadRow(f"no leaf at {names}")
        return hit

    def attributes(self, category: int, wish: dict[str, Any]) -> list[Row]:
        path = f"/product/categories/{category}/attributes"
        wish = {tidy(name): value for name, value in wish.items() if value not in (None, "", [])}
        question = self.find(
            f"attributes {category}",
            lambda: self.api.call("GET", path)["categoryAttributes"],
            lambda rows: rows if set(wish) <= {tidy(row["attribute"]["name"]) for row in rows} else None,
        )
        if question is None:
            raise BadRow("an attribute that this category does not have")
        items = []
        for row in question:
            number, name = row["attribute"]["id"], tidy(row["attribute"]["name"])
            if name not in wish:
                if row.get("required"):
                    raise BadRow(f"{name} is required")
                continue
            values = wish[name] if isinstance(wish[name], list) else [wish[name]]
            if len(values) > 1 and not row.get("allowMultipleAttributeValues"):
                raise BadRow(f"{name} takes one value")
            ids = [self.value(f"{path}/{number}/values", value) for value in values]
            if None not in ids:
                plural = self.api.abroad or len(ids) > 1
                item = {"attributeValueIds": ids} if plural else {"attributeValueId": ids[0]}
            elif row.get("allowCustom") and len(values) == 1 and (number != 47 or len(str(values[0])) <= 50):
                item = {"attributeValue" if self.api.abroad else "customAttributeValue": str(values[0])}
            else:
                raise BadRow(f"{name} has no value {values}")
            items.append({"attributeId": number, **item})
        return items

    def value(self, path: str, wish: Any) -> int | None:
        def load() -> dict[str, int]:
            rows = self.api.whole_list(path, 1000)
            return {
                tidy(r.get("attributeValueName") or r.get("attributeValue")): r["attributeValueId"]
                for r in rows
            }

        return self.find(path, load, lambda ids: ids.get(tidy(wish)))


class Onboarding:
    def __init__(self, env: Mapping[str, str]) -> None:
        self.api, self.store = Api(env), Store(env)
        self.now = int(env.get("TRENDYOL_NOW_MS") or time.time() * 1000)
        self.names = Names(self.api, self.store, self.now)
        self.pause = float(env.get("CLIENT_PAUSE_SECONDS") or 5)
        lines = Path(env["CLIENT_WANTED"]).read_text("utf-8").split("\n")
        wish = [json.loads(line) for line in lines if line.strip()]
        self.rows = {bare(row["barcode"]): {**row, "barcode": bare(row["barcode"])} for row in wish}
        self.store.data["run"] += 1
        self.run = self.store.data["run"]
        self.trouble: dict[str, str] = {}
        self.looks: dict[str, int] = {}
        self.drafts: dict[str, Row] = {}
        self.contents: dict[str, tuple[Row, Row]] = {}

    def job(self, barcode: str) -> Row:
        return self.store.record(barcode).get("job") or {}

    def document(self, row: Row, new: bool) -> Row:
        sale, full = Decimal(row["salePrice"]), Decimal(row["listPrice"])
        images, description, abroad = row.get("images") or [], row.get("description") or "", self.api.abroad
        rates = VAT.get(self.api.storefront or "TR")
        for right, text in (
            (re.fullmatch(r"(?:[^\W_]|[._-]){1,40}", row["barcode"]), "barcode"),
            (len(tidy(row.get("title"))) >= 1 and len(row["title"]) <= 100, "title"),
            (1 <= len(row.get("productMainId") or "") <= 40, "productMainId"),
            (len(row.get("stockCode") or "") <= 100 and (row.get("stockCode") or not abroad), "stockCode"),
            (row.get("dimensionalWeight") is not None or not abroad, "dimensionalWeight"),
            (not new or 0 <= row["quantity"] <= 20_000, "stock"),
            (not new or 0 < sale <= full, "prices"),
            (rates is None or row["vatRate"] in rates, "VAT rate of another country"),
            (0 < len(description) <= 30_000, "description"),
            (not re.search(r"<\s*/?\s*(script|iframe)", description, re.I), "script or iframe"),
            (0 < len(images) <= 8 and all(url.lower().startswith("https://") for url in images), "pictures"),
        ):
            if not right:
                raise BadRow(f"against the limits: {text}")
        category = self.names.category(row["category"])
        names = [
            "barcode",
            "title",
            "productMainId",
            "stockCode",
            "description",
            "vatRate",
            "dimensionalWeight",
            "origin",
        ]
        item = {name: row[name] for name in names if row.get(name) is not None}
        item |= {
            "brandId": self.names.brand(row["brand"]),
            "categoryId": category,
            "images": [{"url": url} for url in images],
            "attributes": self.names.attributes(category, row.get("attributes") or {}),
        }
        if new:
            item |= {"quantity": row["quantity"], "salePrice": float(sale), "listPrice": float(full)}
            item |= {"sgrPrice": float(row["sgrPrice"])} if row.get("sgrPrice") is not None else {}
        return item

    def look(self) -> None:
        """The unapproved first: what people approve meanwhile is then seen twice, not missed."""
        barcodes, base = list(self.rows), self.api.seller_path + "/products"
        self.drafts, self.contents = {}, {}

        def take(queries: list[list[tuple[str, str]]]) -> None:
            for query in queries:
                drafts = self.api.whole_list(base + "/unapproved", 1000, query)
                self.drafts |= {bare(draft["barcode"]): draft for draft in drafts}
            for query in queries:
                for content in self.api.whole_list(base + "/approved", 100, query):
                    for variant in content.get("variants") or []:
                        self.contents[bare(variant["barcode"])] = (content, variant)

        take([[("barcodes", code) for code in barcodes[i : i + 25]] for i in range(0, len(barcodes), 25)])
        # no page says how a list is written in a query: what should be there and is not is asked for alone
        gaps = [
            code
            for code, row in self.rows.items()
            if (row["wanted"] != "listed" or self.job(code))
            and code not in self.drafts
            and code not in self.contents
        ]
        take([[("barcode", code)] for code in gaps[:40]])

    def wants_title(self, row: Row) -> bool:
        """Variants share one title: the first row of a content speaks for all of it."""
        content = self.contents[row["barcode"]][0]
        if tidy(content.get("title")) == tidy(row["title"]):
            return False
        return row is next(
            other
            for code, other in self.rows.items()
            if other["wanted"] == "listed"
            and code in self.contents
            and self.contents[code][0]["contentId"] == content["contentId"]
        )

    def audit(self, number: int, job: Row) -> str | None:
        path, hit, query = f"{self.api.seller_path}/products/{number}/update-audits", [], {}
        for read in range(1, 50):
            body = self.api.call("GET", path, query)
            hit += body.get("content") or []
            if not body.get("content") or read >= body.get("totalPage", body.get("totalPages", 1)):
                break
            query = {"page": body.get("page", read - 1) + 1}  # pages count from 0 or 1, as the answer says
        for entry in sorted(hit, key=lambda e: str(e.get("requestDate")), reverse=True):
            for update in entry.get("updates") or []:
                if update.get("type") == "TITLE" and entry.get("batchRequestId") == job.get("batch"):
                    return update.get("status")
        return None

    def step(self, row: Row) -> str | None:
        code, record = row["barcode"], self.store.record(row["barcode"])
        job, draft, there = self.job(code), self.drafts.get(code), self.contents.get(code)
        if job.get("status") == "open" or code in self.trouble:
            return None
        kind, status = job.get("kind"), job.get("status")
        same = tidy(job.get("title")) == tidy(row.get("title"))
        spent = kind if job.get("run") == self.run and status != "lost" else None
        step: str | None = None
        if row["wanted"] != "listed":
            if there and not there[1].get("archived"):
                step = "archive"
            elif there and row["wanted"] == "deleted":
                since = there[1].get("archivedDate") or record.setdefault("archivedAt", self.now)
                step = "delete" if self.now - since > DAY else None
            elif draft and row["wanted"] == "deleted":
                step = "delete"
        elif there and there[1].get("archived"):
            step = "restore"
        elif there and self.wants_title(row):
            step = "content"
            if kind == "content" and same and status in ("ok", "failed"):
                outcome = self.audit(there[0]["contentId"], job) if status == "ok" else "FAIL"
                if outcome == "FAIL":
                    job["status"] = "failed"
                step = "content" if outcome == "SUCCESS" else None
        elif draft and not there:
            step = "update" if tidy(draft.get("title")) != tidy(row["title"]) else None
            step = None if kind == "update" and same and status == "failed" else step
        elif not there:
            again = kind == "create" and status == "failed" and job["print"] == print_of(row)
            step = None if again else "create"
        return None if step == spent else step

    def item(self, step: str, row: Row) -> Row:
        if step in ("create", "update"):
            return self.document(row, step == "create")
        if step == "content":
            if not 1 <= len(row["title"]) <= 100:
                raise BadRow("title")
            return {"contentId": self.contents[row["barcode"]][0]["contentId"], "title": row["title"]}
        return {"barcode": row["barcode"]} | ({} if step == "delete" else {"archived": step == "archive"})

    def send(self, step: str, entries: list[tuple[Row, Row]]) -> None:
        for start in range(0, len(entries), 1000):
            part, before = entries[start : start + 1000], {}
            for row, item in part:
                record = self.store.record(row["barcode"])
                before[row["barcode"]] = record.get("job")
                record["job"] = {
                    "kind": step,
                    "status": "lost",
                    "title": row.get("title"),
                    "print": print_of(row),
                    "content": item.get("contentId"),
                    "run": self.run,
                    "at": self.now,
                }
            self.store.save()  # so that a run which is ended here is remembered as one that may have sent
            news: Row = {}
            try:
                method, tail = WRITES[step]
                items = [item for _, item in part]
                body = self.api.call(method, self.api.seller_path + tail, body={"items": items})
                if body.get("batchRequestId"):
                    news = {"status": "open", "batch": body["batchRequestId"]}
            except LostAnswer as error:
                print(error, file=sys.stderr)
            except (Refusal, NotNow) as error:
                if isinstance(error, NotNow) or error.status in (401, 403):
                    for code, job in before.items():
                        self.store.record(code)["job"] = job
                    raise
                if len(part) > 1:  # one bad item spoils a whole request: ask in halves
                    half = len(part) // 2
                    self.send(step, part[:half])
                    self.send(step, part[half:])
                    continue
                news = {"status": "failed", "reasons": [str(error)]}
            for row, _ in part:
                self.job(row["barcode"]).update(news)
            self.store.save()

    def settle(self) -> None:
        jobs = {code: r["job"] for code, r in self.store.data["records"].items() if r.get("job")}
        if any(job["status"] == "lost" and job["run"] == self.run for job in jobs.values()):
            time.sleep(max(3.0, self.pause))  # what was queued shows in the lists after that
        for look in range(TRIES):
            ids = {job["batch"] for job in jobs.values() if job["status"] == "open"}
            ids = {number for number in ids if self.looks.get(number, 0) < TRIES}
            if not ids:
                break
            time.sleep(max(self.pause, min(0.25 * look, 1.5)) if look else 0)
            for number in ids:
                self.looks[number] = self.looks.get(number, 0) + 1
                self.read_batch(number, {c: j for c, j in jobs.items() if j.get("batch") == number})
            self.store.save()

    def read_batch(self, number: str, jobs: dict[str, Row]) -> None:
        body: Row = {}
        try:
            body = self.api.call("GET", f"{self.api.seller_path}/products/batch-requests/{number}")
        except Refusal as error:
            if error.status in (401, 403):
                raise
        answers: dict[Any, Row] = {}
        for item in body.get("items") or []:
            question = item.get("requestItem") or {}
            answers[question.get("contentId")] = answers[bare(question.get("barcode"))] = item
        if body.get("status") == "COMPLETED":
            for code, job in jobs.items():
                item = answers.get(job["content"] if job["kind"] == "content" else code) or {}
                job["status"] = {"SUCCESS": "ok", "FAILED": "failed"}.get(item.get("status", ""), "lost")
                job["reasons"] = item.get("failureReasons")
            return
        tail = re.search(r"-(\d{9,11})$", number)
        age = self.now - min(job["at"] for job in jobs.values())
        old = age > 4 * HOUR or bool(tail and self.now > int(tail[1]) * 1000)
        if age > DAY or (old and body.get("status") != "IN_PROGRESS"):
            for job in jobs.values():
                job["status"] = "lost"

    def verdict(self, row: Row) -> tuple[str, bool]:
        code, wish = row["barcode"], row["wanted"]
        job, draft, there = self.job(code), self.drafts.get(code), self.contents.get(code)
        status = job.get("status")
        unknown = ("failed" if code in self.trouble or status == "failed" else "unclear", False)
        if there and there[1].get("archived"):
            good = wish == "archived" or (wish == "deleted" and job.get("kind") != "delete")
            return ("pending", True) if status == "open" else ("archived", good)
        if status == "open":
            return "pending", wish != "deleted" or job["kind"] != "create"
        if there and wish == "listed":
            for flag in ("blacklisted", "locked"):
                if there[1].get(flag):
                    return flag, False
            under_way = job.get("kind") == "content" and status == "ok"
            return ("approved", True) if under_way or not self.wants_title(row) else unknown
        if draft and not there and wish != "deleted":
            word = str(draft.get("status") or "").lower()
            if "reject" in word or (not word and draft.get("rejectReasonDetails")):
                return "rejected", False
            if wish == "archived" or tidy(draft.get("title")) == tidy(row["title"]):
                return "created", True
        if wish == "deleted" and not draft and not there:
            doubt = job.get("kind") == "create" and job["run"] == self.run
            return ("unclear", False) if doubt else ("deleted", True)
        return ("failed", False) if wish == "archived" and not there else unknown

    def round(self, last: bool) -> bool:
        self.settle()
        self.look()
        plan: dict[str, list[tuple[Row, Row]]] = {}
        for code, row in self.rows.items():
            try:
                step = self.step(row)
                if step:
                    plan.setdefault(step, []).append((row, self.item(step, row)))
            except (BadRow, ArithmeticError, KeyError, TypeError) as error:
                self.trouble[code] = repr(error)
        if not last:
            for step, entries in plan.items():
                self.send(step, entries)
        return bool(plan) and not last

    def sync(self) -> bool:
        good = True
        try:
            for turn in range(4):
                if not self.round(turn == 3):
                    break
            for code, row in self.rows.items():
                state, right = self.verdict(row)
                number = self.contents[code][0]["contentId"] if code in self.contents else None
                self.store.record(code).update(state=state, contentId=number)
                good = good and right
                if not right:
                    why = self.trouble.get(code) or self.job(code).get("reasons") or ""
                    print(code, state, why, file=sys.stderr)
        except (NotNow, Refusal) as error:
            print(error, file=sys.stderr)
            good = False
            for code in self.rows:
                self.store.record(code).update(state="unclear", contentId=None)
        self.store.save()
        return good


def main(words: list[str], env: Mapping[str, str]) -> int:
    if words == ["sync"]:
        return 0 if Onboarding(env).sync() else 1
    if words == ["export", "onboarding"]:
        for code, record in Store(env).data["records"].items():
            if "state" in record:
                row = {"barcode": code, "state": record["state"]}
                knows = record["contentId"] or record["state"] in ("created", "rejected")
                print(json.dumps(row | ({"contentId": record["contentId"]} if knows else {})))
    if words == ["reset"]:
        Store(env).file.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
