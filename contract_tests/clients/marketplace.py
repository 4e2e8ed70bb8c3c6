"""One session with the marketplace: authorised, paced, patient. Gives pages or trouble, no error as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contract_tests.clients.account import Account
from contract_tests.clients.patience import Limit, Pace
from contract_tests.clients.protocol import Page
from contract_tests.clients.session import Service


@dataclass(frozen=True, slots=True)
class Marketplace:
    """Everything that lasts for one run."""

    account: Account
    service: Service
    pace: Pace = field(default_factory=Pace)

    def page(self, limits: Iterable[Limit], path: str, query: Mapping[str, str | int]) -> Page:
        """Ask for one page until it comes or patience ends, within ``limits``.

        Errors: TooManyRequests or Unreachable when patience is at its end, Refused at once.
        """
        service = self.service
        return service.read(
            f"/integration{path}",
            query,
            parse=service.protocol.read_page,
            before=lambda: self.pace.take(limits, service.clock),
        )
