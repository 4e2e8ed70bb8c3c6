"""Puts the pages that follow from specs/ into the site; mkdocs.yml names this file."""

from __future__ import annotations

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from pages import SECTIONS, render

from contract_tests.reports.language import speaking
from emulator.contract.contract import load_contract


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages into the navigation, each section where it says ``Section: []``."""
    fill(config.nav or [])
    return config


def fill(entries: list[Any]) -> None:
    """List the pages of each empty section, however deep it stands."""
    for entry in (entry for entry in entries if isinstance(entry, dict)):
        for section, pages in entry.items():
            if pages == []:
                entry[section] = [{page.title: page.path} for page in SECTIONS[section](load_contract())]
            elif isinstance(pages, list):
                fill(pages)


@event_priority(-100)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages after the other files have been sorted by language; rules are translated."""
    i18n = config.plugins["i18n"]
    folder = "" if i18n.is_default_language_build else f"{i18n.current_language}/"
    with speaking(i18n.current_language):
        for make_pages in SECTIONS.values():
            for page in make_pages(load_contract()):
                file = File.generated(config, page.path, content=render(page))
                file.dest_uri = folder + file.dest_uri
                files.append(file)
    return files
