"""What a command prints, bounded: the first and the last bytes of each of its streams."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import IO

END_BYTES = 256 * 1024
CHUNK = 65_536


@dataclass(slots=True)
class Stream:
    """The beginning and the end of one stream, in chunks with the numbers of their arrival."""

    most: int
    first: list[tuple[int, bytes]] = field(default_factory=list)
    last: deque[tuple[int, bytes]] = field(default_factory=deque)
    first_size: int = 0
    last_size: int = 0
    omitted_bytes: int = 0

    def add(self, number: int, chunk: bytes) -> None:
        """Take a chunk: at the beginning while there is room, at the end after that."""
        beginning = chunk[: self.most - self.first_size]
        if beginning:
            self.first.append((number, beginning))
            self.first_size += len(beginning)
        if rest := chunk[len(beginning) :]:
            self.last.append((number, rest))
            self.last_size += len(rest)
        self._shorten()

    def _shorten(self) -> None:
        while self.last_size > self.most:
            number, oldest = self.last.popleft()
            surplus = min(len(oldest), self.last_size - self.most)
            self.omitted_bytes += surplus
            self.last_size -= surplus
            if rest := oldest[surplus:]:
                self.last.appendleft((number, rest))

    def chunks(self) -> list[tuple[int, bytes]]:
        """List what is kept; where something is missing, how much."""
        note = f"\n... {self.omitted_bytes} bytes left out ...\n".encode()
        gap = [(self.last[0][0], note)] if self.omitted_bytes else []
        return [*self.first, *gap, *self.last]


@dataclass(slots=True)
class OutputCollector:
    """Reads the streams of a process as they come, so that it never waits for a full pipe.

    Units: ``most`` bytes of each end of each stream.
    """

    most: int = END_BYTES
    streams: list[Stream] = field(default_factory=list)
    readers: list[threading.Thread] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    count: int = 0

    def read(self, pipe: IO[bytes]) -> None:
        """Begin to read one stream."""
        stream = Stream(self.most)
        self.streams.append(stream)
        reader = threading.Thread(target=self._read, args=(pipe, stream), daemon=True)
        self.readers.append(reader)
        reader.start()

    def _read(self, pipe: IO[bytes], stream: Stream) -> None:
        with pipe:
            while chunk := pipe.read1(CHUNK):  # type: ignore[attr-defined]  # pipes of Popen are buffered readers
                with self.lock:
                    self.count += 1
                    stream.add(self.count, chunk)

    @property
    def omitted_bytes(self) -> int:
        """How much of what was printed is not kept."""
        return sum(stream.omitted_bytes for stream in self.streams)

    def wait(self, patience_s: float) -> None:
        """Wait a little for the ends of the streams, which a process left behind may keep open."""
        until = time.monotonic() + patience_s
        for reader in self.readers:
            reader.join(max(until - time.monotonic(), 0))

    def text(self, errors: str = "replace") -> str:
        """Give what was printed, the streams mixed as it came; ``errors`` says what becomes of odd bytes."""
        with self.lock:
            pairs = [pair for stream in self.streams for pair in stream.chunks()]
        in_order = sorted(pairs, key=lambda pair: pair[0])
        return b"".join(chunk for _, chunk in in_order).decode(errors=errors)
