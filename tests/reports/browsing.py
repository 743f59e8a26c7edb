"""A real browser, for tests that look at pages as people do."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
FORMATTER = ROOT / "build/formatter/node_modules/@cucumber/html-formatter"
ALLURE = ROOT / "build/allure"
_QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@contextmanager
def chromium() -> Generator[Browser]:
    """Debian's Chromium, without a window. Skips the test where there is none, but in CI."""
    path = shutil.which("chromium")
    need(path, "Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_QUIET)
        try:
            yield browser
        finally:
            browser.close()


def need(found: object, what: str) -> None:
    """Fail in CI, and skip elsewhere, where something that a test needs is not there."""
    if found:
        return
    told = f"{what} is not installed; run make outside"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)
