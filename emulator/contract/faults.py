"""What is said when a spec is wrong: one sentence with the document and the place in it."""

from __future__ import annotations


class SpecFault(Exception):
    """A spec that cannot be used; start-up stops with its sentence."""

    def __init__(self, document: str, pointer: str, sentence: str) -> None:
        place = f"{document}#{pointer}" if pointer else document
        super().__init__(f"{place}: {sentence}")
        self.sentence = sentence
