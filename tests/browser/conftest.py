"""Debian's Chromium, one a worker, and the demo's pages opened in it: on a desk in light, on a phone in dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from browser.chromium import found
from playwright.sync_api import Browser, Page, sync_playwright

from workbench.steps.publishing import DEMO

PAGES = ["index", *(f"{name}-{given['integration']}" if "integration" in given else name for name, given in DEMO)]

DEVICES = {
    "desk": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}


def pytest_collection_modifyitems(items):
    """What is tried on one page is tried in one worker, where it is open already; whoever is first makes the demo."""
    for item in items:
        item.add_marker(pytest.mark.timeout(600))
        page = getattr(item, "callspec", None) and item.callspec.params.get("name")
        item.add_marker(pytest.mark.xdist_group(f"browser {page or item.path.stem}"))


@dataclass
class Opened:
    """A page in the browser, what it complained of, and what it asked for."""

    page: Page
    file: Path
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found())
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def open_file(browser):
    """Open a file as on a device, with everything noted that goes wrong."""

    def open_it(file: Path, device: str = "desk", **options: object) -> Opened:
        page = browser.new_context(**DEVICES[device], **options).new_page()
        opened = Opened(page, file)
        page.on("console", lambda said: opened.errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: opened.errors.append(str(error)))
        page.on("dialog", lambda dialog: (opened.errors.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: opened.asked.append(request.url))
        page.goto(file.as_uri())
        return opened

    return open_it


@pytest.fixture(scope="session")
def opened(demo, open_file):
    """A page of the demo, opened once a device; a test leaves it as it found it."""
    kept: dict[tuple[str, str], Opened] = {}

    def opened_once(name: str, device: str = "desk") -> Opened:
        if (name, device) not in kept:
            kept[name, device] = open_file(demo[0].path / "reports" / f"{name}.html", device)
        return kept[name, device]

    return opened_once


@pytest.fixture(params=PAGES)
def name(request) -> str:
    """The name of each page of the demo."""
    return request.param
