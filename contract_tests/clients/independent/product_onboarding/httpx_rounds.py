"""Product onboarding in rounds: look at both lists, decide each product's step by a table, send, follow."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

MOMENTARY = (408, 425, 429, 500, 502, 503, 504)
NOT_DONE = (429, 503)  # of a write these say that nothing was queued
TRIES, PACE_S, LOOKS, ROUNDS = 6, 0.25, 8, 3
DAY_MS, WEEK_MS = 86_400_000, 7 * 86_400_000
MOST_STOCK = 20_000

Row = dict[str, Any]
Settings = Mapping[str, str]


class GaveUp(Exception):
    """The service cannot be asked now; nothing was done."""


class Refused(Exception):
    """The service says no to this request."""


class Lost(Exception):
    """A write may or may not have been queued."""


class Impossible(Exception):
    """A product cannot be sent as it is wanted."""


class Shop:
    """The product services of one seller."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings and open a client."""
        seller, storefront = settings["TRENDYOL_SELLER_ID"], settings.get("TRENDYOL_STOREFRONT")
        headers = {
            "User-Agent": f"{seller} - SelfIntegration",
            "Accept-Language": "en" if storefront else "tr",
        }
        if storefront:
            headers["storeFrontCode"] = storefront
        self.http = httpx.Client(
            base_url=settings["TRENDYOL_BASE_URL"],
            auth=(settings["TRENDYOL_API_KEY"], settings["TRENDYOL_API_SECRET"]),
            headers=headers,
            timeout=30,
            trust_env=False,
        )
        self.products = f"/integration/product/sellers/{seller}"
        self.now_ms = int(settings["TRENDYOL_NOW_MS"])
        self.pause_s = max(1.0, float(settings.get("CLIENT_PAUSE_SECONDS") or 5))

    def ask(self, method: str, path: str, params: Row | None = None, body: object = None) -> Any:
        """Return the body of a 200. A write is repeated only where it was certainly not queued."""
        problem = ""
        for tries in range(TRIES):
            time.sleep(PACE_S)
            told = ""
            try:
                answer = self.http.request(method, path, params=params, json=body)
                told = answer.headers.get("Retry-After", "").strip()
                problem = f"{method} {path}: {answer.status_code} {answer.text[:200]}"
                if answer.status_code == 200:
                    return answer.json()
                if answer.status_code not in MOMENTARY:
                    raise Refused(problem)
                if method != "GET" and answer.status_code not in NOT_DONE:
                    raise Lost(problem)
            except (httpx.HTTPError, ValueError) as broken:
                problem = f"{method} {path}: {type(broken).__name__}: {broken}"
                if method != "GET" and not isinstance(broken, httpx.ConnectError):
                    raise Lost(problem) from broken
            if tries < TRIES - 1:
                time.sleep(wait_of(told, tries))
        raise GaveUp(problem)

    def pages(self, path: str, params: Row) -> Iterator[Row]:
        """Yield the rows of all pages."""
        page, pages = 0, 1
        while page < pages:
            body = self.ask("GET", path, {**params, "page": page})
            yield from body["content"]
            page, pages = page + 1, body["totalPages"]


def wait_of(told: str, tries: int) -> float:
    """How long to wait: as the answer says, else longer each time."""
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time()) + 1
    except (TypeError, ValueError):
        return min(2.0**tries, 20.0)


def parts(values: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    """Divide values into parts of at most so many."""
    return (values[at : at + most] for at in range(0, len(values), most))


class Numbers:
    """Brands, categories and attributes by name, remembered in the store for a week."""

    def __init__(self, shop: Shop, memory: Row) -> None:
        """Use what is remembered."""
        if shop.now_ms - memory.get("at_ms", 0) > WEEK_MS:
            memory.clear()
            memory["at_ms"] = shop.now_ms
        self.shop, self.memory = shop, memory

    def once(self, key: str, read: Callable[[], Any]) -> Any:
        """Read what is not remembered."""
        if key not in self.memory:
            self.memory[key] = read()
        return self.memory[key]

    def brand(self, name: str) -> int:
        """Find a brand by its exact name."""
        rows = self.once(
            f"brand {name}",
            lambda: self.shop.ask("GET", "/integration/product/brands/by-name", {"name": name}),
        )
        found = [one["id"] for one in rows if one["name"] == name]
        if not found:
            raise Impossible(f"there is no brand {name}")
        return int(found[0])

    def category(self, names: Sequence[str]) -> int:
        """Follow names down from a root to a leaf."""
        tree = self.once("tree", lambda: self.shop.ask("GET", "/integration/product/product-categories"))
        nodes, node = tree["categories"] if isinstance(tree, dict) else tree, None
        for name in names:
            node = next((one for one in nodes if one["name"] == name), None)
            if node is None:
                raise Impossible(f"there is no category {' > '.join(names)}")
            nodes = node.get("subCategories") or []
        if node is None or nodes:
            raise Impossible(f"category {' > '.join(names)} has others below it")
        return int(node["id"])

    def attributes(self, category: int, named: Mapping[str, str]) -> list[Row]:
        """Write attributes by number."""
        path = f"/integration/product/categories/{category}/attributes"
        rows = self.once(f"attributes {category}", lambda: self.shop.ask("GET", path))["categoryAttributes"]
        items, left = [], dict(named)
        for row in rows:
            number, name = row["attribute"]["id"], row["attribute"]["name"]
            if name not in left:
                if row["required"]:
                    raise Impossible(f"the attribute {name} is missing")
                continue
            value = str(left.pop(name))
            values = self.once(f"values {category} {number}", lambda at=number: self.values(path, at))
            if value in values:
                items.append({"attributeId": number, "attributeValueId": values[value]})
            elif row["allowCustom"]:
                items.append({"attributeId": number, "customAttributeValue": value})
            else:
                raise Impossible(f"the attribute {name} has no value {value}")
        if left:
            raise Impossible(f"the category has no attribute {', '.join(left)}")
        return items

    def values(self, path: str, attribute: int) -> dict[str, int]:
        """Read the values of an attribute."""
        rows = self.shop.pages(f"{path}/{attribute}/values", {"size": 1000})
        return {
            one.get("attributeValueName") or one["attributeValue"]: one["attributeValueId"] for one in rows
        }


def code_of(barcode: str) -> str:
    """The barcode as it is stored: without blanks."""
    return "".join(barcode.split())


def whole_item(want: Row, numbers: Numbers) -> Row:
    """Write a product as it is sent."""
    if not 0 <= want["quantity"] <= MOST_STOCK:
        raise Impossible(f"a stock of {want['quantity']} is not taken")
    if float(want["salePrice"]) > float(want["listPrice"]):
        raise Impossible("the sale price is above the list price")
    category = numbers.category(want["category"])
    same = ("title", "description", "productMainId", "stockCode", "vatRate", "quantity", "dimensionalWeight")
    prices = {name: float(want[name]) for name in ("salePrice", "listPrice", "sgrPrice") if want.get(name)}
    return {
        "barcode": code_of(want["barcode"]),
        **{name: want[name] for name in (*same, "origin") if want.get(name) is not None},
        **prices,
        "brandId": numbers.brand(want["brand"]),
        "categoryId": category,
        "images": [{"url": address} for address in want["images"]],
        "attributes": numbers.attributes(category, want["attributes"]),
    }


def draft_item(want: Row, numbers: Numbers) -> Row:
    """Write a change of what is not approved yet: all but stock and prices."""
    item = whole_item(want, numbers)
    return {name: one for name, one in item.items() if name not in ("quantity", "salePrice", "listPrice")}


# Step -> method, path behind the seller, item of a product with what the lists show of it.
Item = Callable[[Row, Row, Numbers], Row]
STEPS: Mapping[str, tuple[str, str, Item]] = {
    "create": ("POST", "/v2/products", lambda want, _, numbers: whole_item(want, numbers)),
    "redraft": (
        "POST",
        "/products/unapproved-bulk-update",
        lambda want, _, numbers: draft_item(want, numbers),
    ),
    "retitle": (
        "POST",
        "/products/content-bulk-update",
        lambda want, seen, _: {"contentId": seen["contentId"], "title": want["title"]},
    ),
    "archive": (
        "PUT",
        "/products/archive-state",
        lambda want, _, __: {"barcode": code_of(want["barcode"]), "archived": True},
    ),
    "bring back": (
        "PUT",
        "/products/archive-state",
        lambda want, _, __: {"barcode": code_of(want["barcode"]), "archived": False},
    ),
    "delete": ("DELETE", "/products", lambda want, _, __: {"barcode": code_of(want["barcode"])}),
}


def look(shop: Shop, codes: Sequence[str]) -> dict[str, Row]:
    """Read what both lists show of products, by barcode."""
    seen: dict[str, Row] = {}
    for some in parts(codes, 50):
        joined = {"barcodes": ",".join(some), "size": 100}
        for status in ("pendingApproval", "rejected"):
            for row in shop.pages(f"{shop.products}/products/unapproved", {**joined, "status": status}):
                state = "pending" if status == "pendingApproval" else "rejected"
                seen[row["barcode"]] = {"state": state, "title": row["title"], "contentId": None}
        for content in shop.pages(f"{shop.products}/products/approved", joined):
            for variant in content["variants"]:
                flags = [one for one in ("archived", "blacklisted", "locked") if variant.get(one)]
                seen[variant["barcode"]] = {
                    "state": flags[0] if flags else "approved",
                    "title": content["title"],
                    "contentId": content["contentId"],
                    "archivedDate": variant.get("archivedDate"),
                }
    return seen


def step_for(shop: Shop, want: Row, seen: Row | None, row: Row) -> str | None:
    """Say which step a product needs next; none where it is as it is wanted, or has to wait."""
    state = seen["state"] if seen else "absent"
    match want["wanted"], state:
        case "listed", "absent":
            return None if "create" in row["done"] else "create"
        case "listed", "pending" | "rejected" if seen and seen["title"] != want["title"]:
            return "redraft"
        case "listed", "archived":
            return "bring back"
        case "listed", "approved" | "locked" if seen and seen["title"] != want["title"]:
            return "retitle"
        case (("archived" | "deleted"), ("approved" | "locked")):
            return "archive"
        case "deleted", "pending" | "rejected":
            return "delete"
        case "deleted", "archived" if seen and shop.now_ms - (seen["archivedDate"] or shop.now_ms) > DAY_MS:
            return "delete"
    return None


def review_of(shop: Shop, content: int, title: str) -> str:
    """Say what people made of a title: RUNNING, SUCCESS, FAIL, or nothing where no review names it."""
    path = f"{shop.products}/products/{content}/update-audits"
    rows = [
        (audit.get("requestDate") or "", update["status"])
        for audit in shop.ask("GET", path, {"page": 0, "size": 50})["content"]
        for update in audit["updates"]
        if update["type"] == "TITLE" and update.get("changedTitle") == title
    ]
    return max(rows, default=("", ""))[1]


class Memory:
    """What was sent of each product and what came of it, in a JSON file."""

    def __init__(self, path: str) -> None:
        """Read it; empty before the first run."""
        self.path = Path(path)
        kept = json.loads(self.path.read_text("utf-8")) if self.path.exists() else {}
        self.rows: dict[str, Row] = kept.get("rows", {})
        self.numbers: Row = kept.get("numbers", {})

    def save(self) -> None:
        """Write it in one go."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(json.dumps({"rows": self.rows, "numbers": self.numbers}), "utf-8")
        fresh.replace(self.path)


def settle(shop: Shop, memory: Memory) -> bool:
    """Look once at every batch that is open; tell whether some still are."""
    by_batch: dict[str, list[Row]] = {}
    for row in memory.rows.values():
        if row["batch"]:
            by_batch.setdefault(row["batch"], []).append(row)
    for batch, rows in by_batch.items():
        try:
            result = shop.ask("GET", f"{shop.products}/products/batch-requests/{batch}")
        except Refused as no:
            print(f"batch {batch}: {no}", file=sys.stderr)
            result = {}
        items = {str(name_in(one["requestItem"])): one for one in result.get("items") or ()}
        for row in rows:
            item = items.get(str(row["name"]))
            if item and item["status"] == "SUCCESS":
                row["done"][row["step"]] = row["title"]
                row["batch"] = None
            elif item and item["status"] == "FAILED":
                row["failed"][row["step"]] = row["title"]
                row["batch"] = None
                print(f"{row['name']}: {row['step']}: {item.get('failureReasons')}", file=sys.stderr)
            elif not items:
                row["batch"] = None  # the result has expired: the lists say what came of it
                row["unclear"] = True
    memory.save()
    return any(row["batch"] for row in memory.rows.values())


def name_in(item: Row) -> object:
    """What an item of a result is about."""
    inner = item.get("product") or {}
    return item.get("barcode") or inner.get("barcode") or item.get("contentId") or inner.get("contentId")


def follow(shop: Shop, memory: Memory) -> None:
    """Look at the open batches for some seconds."""
    for _ in range(LOOKS):
        if not settle(shop, memory):
            return
        time.sleep(shop.pause_s)


def send(shop: Shop, memory: Memory, step: str, items: dict[str, Row], wanted: dict[str, Row]) -> None:
    """Send the items of a step, 1,000 at a time; what is to be sent is written down before it leaves."""
    method, path, _ = STEPS[step]
    for codes in parts(list(items), 1000):
        for code in codes:
            name = items[code].get("barcode") or items[code]["contentId"]
            memory.rows[code] |= {
                "step": step,
                "title": wanted[code]["title"],
                "name": name,
                "unclear": True,
                "tries": shop.now_ms,
            }
        memory.save()
        try:
            body = {"items": [items[code] for code in codes]}
            batch = shop.ask(method, f"{shop.products}{path}", body=body)["batchRequestId"]
            for code in codes:
                memory.rows[code] |= {"batch": batch, "unclear": False}
        except Lost as lost:
            print(f"{step}: no answer: {lost}", file=sys.stderr)
        except Refused as no:
            print(f"{step}: {no}", file=sys.stderr)
            for code in codes:
                memory.rows[code]["failed"][step] = wanted[code]["title"]
                memory.rows[code]["unclear"] = False
        except GaveUp:
            for code in codes:
                memory.rows[code]["unclear"] = False
            raise
        finally:
            memory.save()


def due_steps(
    shop: Shop, memory: Memory, numbers: Numbers, wanted: dict[str, Row], seen: dict[str, Row]
) -> dict[str, dict[str, Row]]:
    """The items to send, by step and barcode."""
    due: dict[str, dict[str, Row]] = {}
    for code, want in wanted.items():
        row = memory.rows[code]
        step = step_for(shop, want, seen.get(code), row)
        waits = row["batch"] or (row["unclear"] and row["tries"] == shop.now_ms)
        if step is None or waits or (step in row["failed"] and row["failed"][step] == want["title"]):
            continue
        if step == "retitle" and row["done"].get(step) == want["title"]:
            review = review_of(shop, seen[code]["contentId"], want["title"])
            if review == "FAIL":
                row["failed"][step] = want["title"]
            continue
        try:
            due.setdefault(step, {})[code] = STEPS[step][2](want, seen.get(code, {}), numbers)
        except Impossible as problem:
            print(f"{code}: {problem}", file=sys.stderr)
            row["failed"][step] = want["title"]
    return due


def state_of(want: Row, seen: Row | None, row: Row) -> str:
    """Say where a product stands."""
    if row["batch"]:
        return "pending"
    if row["failed"].get(row.get("step")) == want["title"] or (not seen and row["failed"]):
        return "failed"
    if seen is None:
        if want["wanted"] == "deleted":
            return "deleted"
        return "unclear" if row["unclear"] else "pending"
    return str(seen["state"])


def is_right(want: Row, state: str, row: Row) -> bool:
    """Tell whether a run may end with 0: the product is as it is wanted, or it waits."""
    if row["failed"] and state not in ("archived", "deleted"):
        return want["title"] not in row["failed"].values()
    rights = {
        "listed": ("approved", "locked", "pending"),
        "archived": ("archived", "pending"),
        "deleted": ("deleted", "pending", "archived"),
    }
    return state in rights[want["wanted"]] and not row["unclear"]


def sync(settings: Settings) -> int:
    """Bring every product on by as many steps as can be taken now."""
    shop, memory = Shop(settings), Memory(settings["CLIENT_STORE"])
    lines = Path(settings["CLIENT_WANTED"]).read_text("utf-8").splitlines()
    wanted = {code_of(row["barcode"]): row for row in map(json.loads, filter(str.strip, lines))}
    fresh_row: Row = {"done": {}, "failed": {}, "batch": None, "unclear": False, "tries": 0, "step": None}
    for code, want in wanted.items():
        row = memory.rows.setdefault(code, json.loads(json.dumps(fresh_row)))
        row["barcode"] = want["barcode"]
    try:
        numbers = Numbers(shop, memory.numbers)
        follow(shop, memory)
        seen = look(shop, list(wanted))
        for _ in range(ROUNDS):
            due = due_steps(shop, memory, numbers, wanted, seen)
            for step, items in due.items():
                send(shop, memory, step, items, wanted)
            if not due:
                break
            follow(shop, memory)
            seen = look(shop, list(wanted))
    except (GaveUp, Refused, Lost) as problem:
        print(f"not done: {problem}", file=sys.stderr)
        memory.save()
        return 1
    for code, want in wanted.items():
        row, there = memory.rows[code], seen.get(code)
        if row["unclear"] and there and step_for(shop, want, there, row) is None:
            row["unclear"] = False
        row["shown"] = {"state": state_of(want, there, row), "contentId": there and there["contentId"]}
    memory.save()
    rights = [
        is_right(want, memory.rows[code]["shown"]["state"], memory.rows[code])
        for code, want in wanted.items()
    ]
    return 0 if all(rights) else 1


def export(store: str) -> Iterable[Row]:
    """The rows as the last run saw them."""
    for row in Memory(store).rows.values():
        yield {"barcode": row["barcode"], **row.get("shown", {"state": "pending"})}


def main(arguments: list[str], environment: Settings) -> int:
    """Carry out one verb."""
    match arguments:
        case ["sync"]:
            return sync(environment)
        case ["export", kind]:
            for row in export(environment["CLIENT_STORE"]) if kind == "onboarding" else ():
                print(json.dumps(row, ensure_ascii=False))
            return 0
        case ["reset"]:
            Path(environment["CLIENT_STORE"]).unlink(missing_ok=True)
            return 0
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
