"""A shop in Python with the vendor's address in it, once for each of four libraries."""

import asyncio
import sys
import urllib.request
from base64 import b64encode

import aiohttp
import httpx
import requests

URL = "https://apigw.trendyol.com/integration/order/sellers/2738/v2/orders?size=1"
AGENT = "2738 - SelfIntegration"
HEADERS = {"Authorization": "Basic " + b64encode(b"demo-tr-key:demo-tr-secret").decode(), "User-Agent": AGENT}


async def ask_with_aiohttp() -> int:
    async with aiohttp.ClientSession(trust_env=True) as session, session.get(URL, headers=HEADERS) as answer:
        return answer.status


def ask_with_urllib() -> int:
    with urllib.request.urlopen(urllib.request.Request(URL, headers=HEADERS)) as answer:
        return int(answer.status)


LINES = {
    "requests": requests.get(URL, headers=HEADERS).status_code,
    "httpx": httpx.get(URL, headers=HEADERS).status_code,
    "aiohttp": asyncio.run(ask_with_aiohttp()),
    "urllib": ask_with_urllib(),
    "legacy": requests.get("http://api.trendyol.com/sapigw/brands", headers=HEADERS).status_code,
}
sys.stdout.write("".join(f"{name} {status}\n" for name, status in LINES.items()))
