"""A PDF of one page with some lines of text, and nothing that a reader would need beside it."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.world.core.latin import plain_letters

# Points of an inch's 72: 100 by 130 mm.
WIDTH, HEIGHT, LEADING, MARGIN = 283, 369, 18, 20


def one_page(lines: Sequence[str]) -> bytes:
    """The page, its text in ASCII."""
    text = "\n".join(f"({_escape(line)}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf {LEADING} TL {MARGIN} {HEIGHT - 2 * LEADING} Td\n{text}\nET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _with_table(objects)


def _with_table(objects: Sequence[bytes]) -> bytes:
    """The objects as a file, behind them the table of where each begins."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return body + head + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))


def _escape(line: str) -> str:
    words = (word if word.isascii() else plain_letters(word) for word in line.split())
    text = " ".join(words)
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
