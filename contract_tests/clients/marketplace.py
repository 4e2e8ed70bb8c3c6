"""One session with the marketplace: authorised, paced, patient. Gives pages or a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from contract_tests.clients.account import Account, account_from
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
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


def read_marketplace(context: SyncContext, read: Callable[[Marketplace], None]) -> None:
    """Read what the account of the environment may see, at a pace that goes on from run to run.

    Errors: Problem of ``read``; the pace is saved all the same, for the next run has to keep it too.
    """
    account = account_from(context.environment, context.clock)
    service = context.service(account.base_url, (account.key, account.secret))
    pace = Pace(context.copy.request_times())
    try:
        read(Marketplace(account, replace(service, headers=lambda: account.headers), pace))
    finally:
        context.copy.save_request_times(pace.instants())


def with_more_reading(client: Client, read: Callable[[Marketplace, LocalCopy], None]) -> Client:
    """The client, except that it reads something else of the marketplace after all that it saves."""

    def sync(context: SyncContext) -> None:
        client.sync(context)
        read_marketplace(context, lambda market: read(market, context.copy))

    return replace(client, sync=sync)
