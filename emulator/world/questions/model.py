"""A question, its answers and the content it is about, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emulator.world.core.listing import Listing

Status = Literal["waiting", "checking", "answered", "reported", "rejected", "unanswered"]


@dataclass(frozen=True, slots=True)
class Product:
    """The content a question is about, as its page was when it was asked."""

    content_id: int
    main_id: str
    name: Mapping[str, str]
    slug: str
    image: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the seller; ``rejection`` is why it was not published, empty where it was not rejected.

    Units: ``given_ms`` epoch milliseconds UTC.
    """

    id: int
    text: str
    given_ms: int
    has_private_info: bool = False
    rejection: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a customer asks about a content.

    Units: names in ``_ms`` epoch milliseconds UTC.
    """

    id: int
    """The number of the question."""
    seller_id: int
    """Who is asked."""
    storefront: str
    """Where."""
    product: Product
    """What it is about."""
    customer_id: int
    """Who asks."""
    customer_name: str
    """The name of who asks."""
    shows_name: bool
    """Whether the name is shown, in part."""
    text: str
    """What is asked."""
    created_ms: int
    """When it was asked."""
    updated_ms: int
    """When it last changed."""
    status: Status = "waiting"
    """How far it has come."""
    answers: tuple[Answer, ...] = ()
    """What the seller has answered, the first one first."""
    hits: int = 0
    """In how many answers the check has found something forbidden."""
    reported_ms: int | None = None
    """When the seller reported it."""
    report_reason: str = ""
    """What the seller reported it for, empty where nobody has."""
    rejected_ms: int | None = None
    """When it was rejected."""
    reason: str = ""
    """Why it was rejected, empty where it was not."""

    @property
    def listing(self) -> Listing:
        """Where it was asked."""
        return Listing(self.seller_id, self.storefront)

    @property
    def answer(self) -> Answer | None:
        """The answer that is published or looked at; None where there is none."""
        return self.answers[-1] if self.answers and not self.answers[-1].rejection else None

    @property
    def rejected_answer(self) -> Answer | None:
        """The last answer that was rejected; None where none was."""
        return next((each for each in reversed(self.answers) if each.rejection), None)

    @property
    def is_public(self) -> bool:
        """Whether customers see it."""
        return self.status == "answered"


def question_from(facts: Mapping[str, Any]) -> Question:
    """A question from plain data under its field names."""
    answers = tuple(Answer(**each) for each in facts["answers"])
    return Question(**{**facts, "product": Product(**facts["product"]), "answers": answers})
