"""The labels whose addresses the international edition gives away."""

from __future__ import annotations

from emulator.exchange import Call, Refusal, Reply
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages
from emulator.world.labels.labels import has_label
from emulator.world.labels.pdf import one_page
from emulator.world.orders.rows import packages_where


def get_label_pdf(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Give the label of a parcel as a PDF.

    Errors: label-pdf-unknown.
    """
    number = call.path["cargoTrackingNumber"]
    with stage.lock:
        packages = packages_where(stage.world, "p.cargo_number = ? ORDER BY p.id DESC LIMIT 1", (number,))
    if not packages or not has_label(packages[0]):
        raise Refusal("label-pdf-unknown", number=number)
    order, address = packages[0].order, packages[0].order.address
    name = f"{order.customer.first_name} {order.customer.last_name}"
    place = f"{address.district} {address.city}"
    page = one_page([str(number), order.order_number, name, address.line1, address.line2, place])
    return Reply((page,), content_type="application/pdf")
