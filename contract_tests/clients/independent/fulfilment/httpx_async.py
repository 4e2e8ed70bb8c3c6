"""Brings the packages of wanted Trendyol orders to Picking or Invoiced.

    python client.py sync | export fulfilment | reset

Every write follows a fresh reading of its order, and only a reading says that a row is done. What was sent is
noted in the store before it goes out, so that a lost answer leads to another look and never to a
blind repetition.
"""

import asyncio
import email.utils
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

DAY = 86_400_000
DEAD = ("Cancelled", "UnSupplied", "UnPacked")
RANK = {
    "Created": 0,
    "Picking": 1,
    "Invoiced": 2,
    **dict.fromkeys(("Shipped", "AtCollectionPoint", "Delivered", "UnDelivered", "Returned"), 3),
}
STEPS = ("Picking", "Invoiced")  # a package of rank r takes STEPS[r] next
RUN_SECONDS, CALL_SECONDS, GAP = 95, 10, 0.22  # at most 50 calls in ten seconds
READS_A_MINUTE = 30  # the smallest tier of the order list
LOOKS = 7


class Stop(Exception):
    """The run cannot go on."""


class Unread(Exception):
    """One reading could not be had."""


class Store:
    def __init__(self, path: str):
        self.path = Path(path)
        try:
            data = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            data = {}
        self.data = data if isinstance(data, dict) else {}
        for name in ("states", "known", "sent", "numbers"):
            self.data.setdefault(name, {})

    def save(self):
        spare = self.path.with_name(self.path.name + ".new")
        spare.write_text(json.dumps(self.data), "utf-8")
        os.replace(spare, self.path)


def read_wanted(path: str) -> tuple[list[tuple[str, str]], bool]:
    """The wanted rows, each once, and whether all of the file was understood."""
    rows, whole = {}, True
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return [], False
    for line in filter(str.strip, lines):
        try:
            row = json.loads(line)
            rows[str(row["orderNumber"]), row["action"]] = None
            whole = whole and row["action"] in STEPS
        except (ValueError, KeyError, TypeError):
            whole = False
    return list(rows), whole


def parse_package(row) -> dict:
    """What we need of a package; raises when it is not one."""
    number = row.get("shipmentPackageId", row.get("id"))
    if (
        type(number) is not int
        or not isinstance(row.get("status"), str)
        or row.get("orderNumber") in (None, "")
    ):
        raise ValueError("no package")
    lines = [
        {"lineId": line.get("lineId", line.get("id")), "quantity": line.get("quantity")}
        for line in row.get("lines") or []
    ]
    whole = bool(lines) and all(type(v) is int and v > 0 for line in lines for v in line.values())
    return {
        "id": number,
        "order": str(row["orderNumber"]),
        "status": row["status"],
        "lines": lines if whole else [],
        "units": sum(line["quantity"] for line in lines) if whole else 0,
        "origins": [o for o in row.get("originPackageIds") or [] if o != number],
    }


def split_unfinished(packages: dict) -> bool:
    """Whether an unpacked package's successors are not all listed yet (a split is asynchronous)."""
    unpacked = {n: p for n, p in packages.items() if p["status"] == "UnPacked"}
    for number, parent in unpacked.items():
        children = [p["units"] for p in packages.values() if number in p["origins"]]
        # After a second split originPackageIds may name the first package instead of the parent.
        kin = [
            p["units"]
            for n, p in packages.items()
            if n not in unpacked and set(p["origins"]) & set(parent["origins"])
        ]
        need = max(
            (unpacked[o]["units"] for o in parent["origins"] if o in unpacked), default=parent["units"]
        )
        if not ((children and sum(children) >= parent["units"]) or (kin and sum(kin) >= need)):
            return True
    return False


class Client:
    def __init__(self, environment: Mapping[str, str], store: Store, http: httpx.AsyncClient):
        seller = environment["TRENDYOL_SELLER_ID"]
        self.base = environment["TRENDYOL_BASE_URL"].rstrip("/") + f"/integration/order/sellers/{seller}"
        self.now = int(environment.get("TRENDYOL_NOW_MS") or time.time() * 1000)
        self.store, self.data, self.http = store, store.data, http
        self.deadline = time.time() + RUN_SECONDS
        self.last, self.bad, self.reads = 0.0, 0, []
        self.tries, self.fate = (
            {},
            {},
        )  # writes of this run and what became of them: accepted, unclear, barred, denied

    async def pause(self, seconds: float):
        if seconds > self.deadline - time.time() - 2 or self.bad >= 8:
            raise Stop("no time left" if self.bad < 8 else "the service is down")
        await asyncio.sleep(max(0.0, seconds))

    async def gate(self, reading: bool):
        now = time.time()
        wait = max(self.last + GAP, self.data.get("hold") or 0) - now
        if reading and len(self.reads) >= READS_A_MINUTE:
            wait = max(wait, self.reads[-READS_A_MINUTE] + 60.1 - now)
        await self.pause(wait)
        self.last = time.time()
        if reading:
            self.reads.append(self.last)

    def heed(self, answer: httpx.Response):
        """Hold everything back as long as the service asks for, in later runs too."""
        told, moment = answer.headers.get("Retry-After", "").strip(), email.utils.parsedate_to_datetime
        seconds = min(2.0 * self.bad, 8.0) if answer.status_code == 429 else 0.0
        try:
            if told.replace(".", "", 1).isdigit():
                seconds = float(told)
            elif told:
                here = answer.headers.get("Date")
                seconds = moment(told).timestamp() - (moment(here).timestamp() if here else time.time())
        except (TypeError, ValueError):
            pass
        if seconds > 0:
            self.data["hold"] = time.time() + seconds + 0.1
            self.store.save()

    async def call(self, method: str, path: str, **more) -> httpx.Response | None:
        await self.gate(method == "GET")
        left = max(1.0, min(CALL_SECONDS, self.deadline - time.time()))
        try:
            answer = await asyncio.wait_for(
                self.http.request(method, self.base + path, timeout=left, **more), left + 1
            )
        except (TimeoutError, httpx.HTTPError, OSError):
            answer = None
        fine = answer is not None and (answer.status_code < 400 or answer.status_code in (400, 404, 409))
        self.bad = 0 if fine else self.bad + 1
        if answer is not None and not fine:
            self.heed(answer)
        return answer

    async def page(self, params: dict) -> tuple[int, int, list[dict]]:
        denied = 0
        for attempt in range(5):
            await self.pause(min(attempt, 3))
            answer = await self.call("GET", "/v2/orders", params=params)
            status = answer.status_code if answer is not None else 0
            denied += status in (401, 403)
            if denied == 3:
                raise Stop(f"refused with {status}")
            if status == 200:
                try:
                    body = answer.json()
                    total, pages = body["totalElements"], body["totalPages"]
                    if (
                        type(total) is type(pages) is int
                        and body.get("page", params["page"]) == params["page"]
                    ):
                        return total, pages, [parse_package(row) for row in body["content"]]
                except (ValueError, KeyError, TypeError, AttributeError):
                    pass
            elif 300 <= status < 500 and status not in (401, 403, 408, 426, 429):
                raise Unread(f"refused with {status}")
        raise Unread("no whole answer")

    async def listing(self, start: int, end: int, order: str | None = None, most: int = 50) -> dict:
        """All packages last changed in a window; the listing has to be whole and must not move meanwhile."""
        query = {
            "startDate": start,
            "endDate": end,
            "size": 200,
            "orderByField": "PackageLastModifiedDate",
            "orderByDirection": "ASC",
            **({"orderNumber": order} if order else {}),
        }
        for attempt in range(3):
            await self.pause(attempt)
            found, number, pages, totals = {}, 0, 1, set()
            while number < pages and len(totals) < 2:
                total, pages, rows = await self.page({**query, "page": number})
                if pages > most:
                    raise Unread("too many pages")
                totals.add(total)
                found.update((p["id"], p) for p in rows)
                number += 1
            if totals == {len(found)}:
                return found
        raise Unread("the listing is not whole")

    async def older(self, orders: list[str]) -> dict[str, dict]:
        """Packages that have rested for more than twelve days, by order.

        An order that could not be read is left out.
        """
        ends = [self.now - days * DAY for days in (30, 25, 12)]
        bounds = [(ends[0] + 3_600_000, ends[1]), (ends[1] - 1000, ends[2])]
        found = {}
        if len(orders) > 3:
            try:
                rows = [p for start, end in bounds for p in (await self.listing(start, end, most=6)).values()]
                return {order: {p["id"]: p for p in rows if p["order"] == order} for order in orders}
            except Unread:
                pass
        for order in orders:
            try:
                rows = [p for start, end in bounds for p in (await self.listing(start, end, order)).values()]
                found[order] = {p["id"]: p for p in rows}
            except Unread as reason:
                print(f"order {order}: {reason}", file=sys.stderr)
        return found

    async def look(self, order: str, rested: dict) -> dict:
        # The end lies ahead: the world moves on during the run, and the dates may be taken as GMT+3.
        fresh = await self.listing(self.now - 12 * DAY - 1000, self.now + DAY // 6, order)
        return {n: p for n, p in {**rested, **fresh}.items() if p["order"] == order}

    def missing(self, order: str, packages: dict) -> bool:
        """Whether a package that we saw alive is neither listed nor replaced."""
        seen = set(packages).union(*(p["origins"] for p in packages.values()))
        return any(
            int(number) not in seen and status not in DEAD and RANK.get(status, 0) < 3
            for number, status in self.data["known"].get(order, {}).items()
        )

    def judge(self, order: str, packages: dict, action: str) -> str:
        if not packages:
            return "unclear" if self.data["known"].get(order) else "pending"
        if self.missing(order, packages):
            return "unclear"
        if split_unfinished(packages):
            return "pending"
        live = [p for p in packages.values() if p["status"] not in DEAD]
        if not live:
            return "refused"
        need, states = STEPS.index(action) + 1, set()
        for package in live:
            rank = RANK.get(package["status"])
            fates = {self.fate.get(f"{package['id']}:{step}") for step in STEPS[:need]} - {None}
            if rank is None:
                states.add("pending" if package["status"] == "Awaiting" else "unclear")
            elif rank >= need:
                states.add("done")
            else:
                states.add("failed" if fates & {"denied", "barred"} else "unclear" if fates else "pending")
        return next(s for s in ("failed", "unclear", "pending", "done") if s in states)

    async def write(self, package: dict, step: str) -> str:
        key, params = f"{package['id']}:{step}", {}
        if step == "Invoiced":
            high, low = divmod(package["id"], 10**9)
            fresh = f"T{high % 256:02X}{time.gmtime(self.now / 1000).tm_year}{low:09d}"
            params = {"invoiceNumber": self.data["numbers"].setdefault(str(package["id"]), fresh)}
        self.tries[key] = self.tries.get(key, 0) + 1
        self.data["sent"][key], self.fate[key] = "unclear", "unclear"
        self.store.save()
        body = {"status": step, "lines": package["lines"], "params": params}
        answer = await self.call("PUT", f"/shipment-packages/{package['id']}", json=body)
        status, fate = answer.status_code if answer is not None else 0, "unclear"
        if status == 200 and answer.text.strip().strip('"') in ("", "200 OK"):
            fate = "accepted"
        elif 400 <= status < 500 and status != 408:
            fate = "barred" if status in (401, 403, 426, 429) else "denied"
        self.data["sent"][key] = self.fate[key] = fate
        self.store.save()
        return fate

    def sendable(self, package: dict, step: str, before: dict, looks: int) -> bool:
        key = f"{package['id']}:{step}"
        if not package["lines"] or self.fate.get(key) == "denied":
            return False
        if key not in self.fate:  # an earlier run's accepted write may only be late in the list: look twice
            return before.get(key) != "accepted" or looks >= 2
        return self.tries[key] < 3

    async def fulfil(self, order: str, actions: list[str], rested: dict):
        target = max(STEPS.index(a) for a in actions) + 1
        before = dict(self.data["sent"])
        looks, idle, known = 0, 0, self.data["known"].setdefault(order, {})
        was_dead = bool(known) and all(s in DEAD for s in known.values())
        while looks < LOOKS:
            self.data["states"].update((f"{order}|{a}", "unclear") for a in actions)
            packages = await self.look(order, rested)
            looks += 1
            states = {a: self.judge(order, packages, a) for a in actions}
            known.update((str(n), p["status"]) for n, p in packages.items())
            self.data["states"].update((f"{order}|{a}", s) for a, s in states.items())
            self.store.save()
            seen = set(states.values())
            if seen == {"done"} or (seen == {"refused"} and (was_dead or looks > 1)):
                return
            fates = []
            for package in packages.values():
                for step in STEPS[RANK.get(package["status"], 9) : target]:
                    if self.fate.get(f"{package['id']}:{step}") != "accepted":
                        if not self.sendable(package, step, before, looks):
                            break
                        fates.append(await self.write(package, step))
                        if fates[-1] != "accepted":
                            break
                if fates and fates[-1] != "accepted":  # read again before the next write
                    break
            idle = 0 if fates else idle + 1
            if idle >= (3 if self.fate else 2):
                return
            await self.pause(0.3 if fates and set(fates) == {"accepted"} else 2)

    async def run(self, rows: list[tuple[str, str]]) -> bool:
        orders: dict[str, list[str]] = {}
        for order, action in rows:
            self.data["states"][f"{order}|{action}"] = "unclear" if action in STEPS else "failed"
            if action in STEPS:
                orders.setdefault(order, []).append(action)
        self.store.save()
        try:
            rested = await self.older(list(orders))
            for order in rested:
                try:
                    await self.fulfil(order, orders[order], rested[order])
                except Unread as reason:
                    print(f"order {order}: {reason}", file=sys.stderr)
        except Stop as reason:
            print(f"stopped: {reason}", file=sys.stderr)
        # refused: seen without any live package, so that nothing is left to do
        return all(self.data["states"].get(f"{o}|{a}") in ("done", "refused") for o, a in rows)


async def sync(environment: Mapping[str, str]) -> int:
    rows, whole = read_wanted(environment["CLIENT_WANTED"])
    headers = {
        "User-Agent": f"{environment['TRENDYOL_SELLER_ID']} - SelfIntegration",
        "Accept": "application/json",
    }
    if environment.get("TRENDYOL_STOREFRONT"):
        headers["storeFrontCode"] = environment["TRENDYOL_STOREFRONT"]
    auth = httpx.BasicAuth(environment["TRENDYOL_API_KEY"], environment["TRENDYOL_API_SECRET"])
    async with httpx.AsyncClient(headers=headers, auth=auth, trust_env=False) as http:
        done = await Client(environment, Store(environment["CLIENT_STORE"]), http).run(rows)
    return 0 if done and whole else 1


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    match arguments:
        case ["sync"]:
            try:
                return asyncio.run(sync(environment))
            except (OSError, KeyError, ValueError, httpx.HTTPError) as reason:
                print(f"sync: {reason!r}", file=sys.stderr)
                return 1
        case ["export", "fulfilment"]:
            states = Store(environment["CLIENT_STORE"]).data["states"]
            for order, action in read_wanted(environment.get("CLIENT_WANTED", ""))[0]:
                state = states.get(f"{order}|{action}", "pending")
                print(json.dumps({"orderNumber": order, "action": action, "state": state}))
        case ["reset"]:
            Path(environment["CLIENT_STORE"]).unlink(missing_ok=True)
        case _:
            return 0 if arguments[:1] == ["export"] else 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
