"""Labels in ZPL II, 100 by 130 mm at 8 dots a millimetre."""

from __future__ import annotations

from emulator.trendyol.labels.names import CARRIER_NAMES
from emulator.world.orders.model import Line, Package

WIDTH, LENGTH = 800, 1040
MARGIN = 40


def cargo_label(package: Package, box: int, box_count: int) -> str:
    """The label of one box: who gets it, who brings it, and the cargo number as CODE128.

    Source: ZPL of one label a box, D; what stands on it is I.
    """
    order, address = package.order, package.order.address
    name = f"{order.customer.first_name} {order.customer.last_name}"
    lines = (
        CARRIER_NAMES[package.carrier],
        name,
        address.line1,
        address.line2,
        f"{address.district} {address.city}",
    )
    fields = [_text(line, 60 + 60 * number) for number, line in enumerate(lines)]
    fields.append(_barcode(str(package.cargo_number), 420))
    fields += [_text(f"{order.order_number}", 740), _text(f"{box}/{box_count}", 800)]
    return _label(fields)


def product_label(line: Line) -> str:
    """The label of one product for the European Union: what it is, and its barcode as CODE128."""
    return _label([_text(line.name, 60), _text(line.made_in or "TR", 120), _barcode(line.barcode, 240)])


def _label(fields: list[str]) -> str:
    return "".join(["^XA", "^CI28", f"^PW{WIDTH}", f"^LL{LENGTH}", *fields, "^XZ"])


def _text(text: str, top: int) -> str:
    return f"^FO{MARGIN},{top}^A0N,36,36^FD{_plain(text)}^FS"


def _barcode(number: str, top: int) -> str:
    return f"^FO{MARGIN},{top}^BY3^BCN,200,Y,N,N^FD{_plain(number)}^FS"


def _plain(text: str) -> str:
    """Leave out what would begin a command."""
    return text.replace("^", " ").replace("~", " ")
