"""What each kind of batch does to the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.world.batches.due import Apply
from emulator.world.batches.model import Kind
from emulator.world.catalogue import (
    content_updates,
    cross_country,
    onboarding,
    state_updates,
    variant_updates,
)

APPLIERS: Mapping[Kind, Apply] = {
    "create": onboarding.apply_creations,
    "update": onboarding.apply_unapproved_updates,
    "content": content_updates.apply_content_updates,
    "variant": variant_updates.apply_variant_updates,
    "inventory": cross_country.apply_prices_and_stock,
    "archive": state_updates.apply_archive_states,
    "unlock": state_updates.apply_unlocks,
    "delete": state_updates.apply_deletions,
    "delivery": state_updates.apply_deliveries,
}
