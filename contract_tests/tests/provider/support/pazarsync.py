"""What the tests of the PazarSync API share: who asks, with which token, and the verbs of an account."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import TR, Ask

TEMEL = ("demo-pazarsync-client", "demo-pazarsync-secret")
ISLETME = ("demo-pazarsync-isletme", "demo-pazarsync-isletme-secret")
KURUMSAL = ("demo-pazarsync-kurumsal", "demo-pazarsync-kurumsal-secret")
PRINTED = ("your_client_id", "your_client_secret")
TOKEN, PRODUCTS, ORDERS, BATCH = (
    "/api/auth/token",
    "/api/v1/products",
    "/api/v1/orders",
    "/api/v1/stocks/batch",
)
APPROVED = "/integration/product/sellers/2738/products/approved"
HOUR_MS = 3_600_000


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("X-Emulator-Rule", "")


def credentials(pair: tuple[str, str] = TEMEL, **other: Any) -> dict[str, Any]:
    """Write the body of a token request."""
    return {"client_id": pair[0], "client_secret": pair[1], "grant_type": "client_credentials", **other}


def token(ask: Ask, pair: tuple[str, str] = TEMEL) -> str:
    """Get an access token."""
    return str(ask.send("POST", TOKEN, json=credentials(pair)).json["access_token"])


def bearer(ask: Ask, pair: tuple[str, str] = TEMEL) -> dict[str, str]:
    """Get the headers of an authorized client."""
    return {"Authorization": f"Bearer {token(ask, pair)}"}


class Account:
    """One client's hold on one world."""

    def __init__(self, ask: Ask, pair: tuple[str, str] = TEMEL) -> None:
        self.ask = ask
        self.headers = bearer(ask, pair)

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self.ask(path, self.headers, **query)

    def send(self, method: str, path: str, body: Any) -> Any:
        """Change something."""
        return self.ask.send(method, path, headers=self.headers, json=body)

    def products(self, **query: Any) -> list[dict[str, Any]]:
        """Read a page of products."""
        rows: list[dict[str, Any]] = self.get(PRODUCTS, **query).json["data"]
        return rows

    def product(self, product_id: str) -> dict[str, Any]:
        """Read one product."""
        found: dict[str, Any] = self.get(f"{PRODUCTS}/{product_id}").json
        return found

    def set_stock(self, product_id: str, stock: int) -> Any:
        """Set the stock of one product."""
        return self.send("PUT", f"{PRODUCTS}/{product_id}/stock", {"stock": stock})

    def batch(self, *items: dict[str, Any]) -> Any:
        """Set the stock of several products."""
        return self.send("POST", BATCH, {"items": list(items)})

    def create(self, **body: Any) -> Any:
        """Create a product."""
        return self.send(
            "POST", PRODUCTS, {"sku": "YENI-1", "name": "Yeni", "stock": 5, "price": 19.9, **body}
        )


def walk(account: Account, path: str, **query: Any) -> list[dict[str, Any]]:
    """Read a list page by page until one is empty."""
    rows: list[dict[str, Any]] = []
    number = 1
    while found := account.get(path, page=number, limit=100, **query).json["data"]:
        rows, number = rows + found, number + 1
    return rows


def marketplace_stock(ask: Ask, barcode: str) -> int:
    """Ask Trendyol's approved products how many there are."""
    (content,) = ask(APPROVED, TR, barcode=barcode).json["content"]
    return next(
        int(variant["stock"]["quantity"]) for variant in content["variants"] if variant["barcode"] == barcode
    )


def barcode_of(ask: Ask, product: dict[str, Any]) -> str:
    """Find the barcode of a product whose SKU is its stock code."""
    return next(
        str(variant["barcode"])
        for content in ask(APPROVED, TR, stockCode=product["sku"], size=100).json["content"]
        for variant in content["variants"]
        if f"prod_{variant['variantId']}" == product["id"]
    )
