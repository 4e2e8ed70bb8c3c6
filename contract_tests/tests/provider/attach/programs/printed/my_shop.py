"""Asks the vendor once."""

import requests

ADDRESS = (
    "https://apigw.trendyol.com/integration/product/sellers/2738/products/approved?barcode=8681200001503"
)
HEADERS = {"User-Agent": "2738 - SelfIntegration"}

answer = requests.get(ADDRESS, auth=("demo-tr-key", "demo-tr-secret"), headers=HEADERS, timeout=20)
answer.raise_for_status()
