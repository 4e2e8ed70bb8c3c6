"""Debian's Chromium, without a screen: pictures of a page, and what a script finds out about it."""

from __future__ import annotations

import html
import json
import re
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--no-first-run",
)
DARK = "--blink-settings=preferredColorScheme=0"
LONGEST_S = 60.0
# A window is never narrower than 500 pixels; a frame in it may be.
FRAME = """<!doctype html><body style="margin:0"><iframe style="border:0;width:{width}px;height:900px"
srcdoc="{page}"></iframe><pre id="told"></pre><script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument;
  document.querySelector("#told").textContent = JSON.stringify(({script})(page));
}};
</script></body>"""


def picture(page: bytes, width: int, height: int, *, dark: bool = False) -> bytes:
    """Give a PNG of a page."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "page.png"
        _run(page, Path(folder), f"--screenshot={out}", f"--window-size={width},{height}", *[DARK] * dark)
        return out.read_bytes()


def paper(page: bytes) -> bytes:
    """Give the PDF that a page prints as."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "page.pdf"
        _run(page, Path(folder), f"--print-to-pdf={out}", "--no-pdf-header-footer")
        return out.read_bytes()


def found_out(page: bytes, width: int, script: str, *, dark: bool = False) -> Any:
    """Give what a JavaScript function of the document returns on a screen of that width."""
    framed = FRAME.format(width=width, page=html.escape(page.decode()), script=script)
    with tempfile.TemporaryDirectory() as folder:
        dom = _run(framed.encode(), Path(folder), "--dump-dom", *[DARK] * dark)
    (told,) = re.findall(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    return json.loads(html.unescape(told))


def size_of(png: bytes) -> tuple[int, int]:
    """Read width and height of a PNG."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _run(page: bytes, folder: Path, *more: str) -> str:
    path = folder / "page.html"
    path.write_bytes(page)
    words = [str(CHROMIUM), *QUIET, f"--user-data-dir={folder / 'profile'}", *more, path.as_uri()]
    ran = subprocess.run(words, capture_output=True, check=True, timeout=LONGEST_S)
    return ran.stdout.decode()
