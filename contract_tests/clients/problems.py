"""What can go wrong between a shop and the marketplace, sorted by what may be done about it."""

from __future__ import annotations


class Problem(Exception):
    """A run cannot reach its end honestly: it exits 1, and saves nothing it is not sure of."""


class Refused(Problem):
    """A 4xx that the same request would only meet again."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Passing(Problem):
    """Something that waiting may cure; ``retry_after_s`` is what the answer asked for, if it did."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooManyRequests(Passing):
    """A 429."""


class Unreachable(Passing):
    """No usable answer: a 5xx, a connection that broke, a body that ends too early."""

    def __init__(self, message: str, retry_after_s: float | None = None, status: int | None = None) -> None:
        super().__init__(message, retry_after_s)
        self.status = status


class Lost(Problem):
    """The answer of a write did not come: nobody knows whether it was done, so it is not sent again."""


class Moved(Problem):
    """The data changed while its pages were read, so the pages do not fit together."""
