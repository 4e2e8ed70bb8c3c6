"""What the calendar does when work falls due: the table of contents of what waits."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.world.batches import due as batches
from emulator.world.batches import rows as batch_rows
from emulator.world.catalogue import content_updates, moderation
from emulator.world.catalogue.batch_kinds import APPLIERS
from emulator.world.claims import due as claims
from emulator.world.claims.search import returned_parcels
from emulator.world.core.calendar import Job
from emulator.world.core.istanbul import next_wednesday
from emulator.world.core.world import World
from emulator.world.exports import applying
from emulator.world.exports import life as exports
from emulator.world.invoices import documents as invoices
from emulator.world.money import after_sale, payouts
from emulator.world.orders import due
from emulator.world.purchases import cutoffs
from emulator.world.questions import due as questions
from emulator.world.traffic import due as traffic

JOBS: Mapping[str, Job[World]] = {
    batch_rows.BATCH: Job(batches.work_off({**APPLIERS, **applying.APPLIERS})),
    moderation.MODERATION: Job(moderation.moderate_due),
    content_updates.REVIEW: Job(content_updates.review_due),
    payouts.KIND: Job(payouts.cut_payment_orders, next_wednesday),
    after_sale.KIND: Job(after_sale.event_due),
    due.ORDER: Job(due.order_due),
    due.PACKAGE: Job(due.package_due),
    due.BOOKING: Job(due.book_due(returned_parcels)),
    due.SPLIT: Job(due.split_due),
    cutoffs.KIND: Job(cutoffs.cut_off),
    **claims.JOBS,
    **{kind: Job(work) for kind, work in exports.JOBS.items()},
    **questions.JOBS,
    **invoices.JOBS,
    **traffic.JOBS,
}
