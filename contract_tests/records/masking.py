"""What may not stand in a report, and which names in a query are judged as secrets."""

from __future__ import annotations

import re

from emulator import MASK, mask_secrets

__all__ = ["MASK", "SECRET_IN_QUERY", "mask_secrets"]
SECRET_IN_QUERY = re.compile(
    r"(api[_-]?key|api[_-]?secret|apisecretkey|client[_-]?secret|secret|password|passwd|pwd|authorization"
    r"|access[_-]?token|basic)",
    re.I,
)
"""A name in a query that says what its value is; ``token`` alone may be one of a page."""
