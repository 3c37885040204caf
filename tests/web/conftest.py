"""A real server, as `baogao serve` starts it, and a real browser."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from starlette.testclient import TestClient

from classifier import Model
from classifier.web.app import create_app
from classifier.web.settings import Settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# No test fails on an absolute time: Playwright's five seconds are short where two workers share a machine.
expect.set_options(timeout=60_000)

# Without these Chromium looks for its makers' hosts at every start, and waits where there is no network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Server:
    """A running `baogao serve`."""

    url: str
    corrections: Path
    process: subprocess.Popen[str]
    client: httpx.Client


Start = Callable[..., Server]


@contextmanager
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts servers, and stops them in the end as Ctrl-C would."""
    running: list[Server] = []

    def begin(*arguments: str) -> Server:
        folder = tmp_path_factory.mktemp("serve")
        corrections = folder / "corrections.jsonl"
        command = [sys.executable, "-m", "classifier", "serve", "--port", "0", "--no-browser", *arguments]
        command += ["--corrections", str(corrections)]
        with (folder / "talk.txt").open("w") as talk:
            process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=talk, text=True)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), (folder / "talk.txt").read_text()
        server = Server(url, corrections, process, httpx.Client(base_url=url, timeout=120, trust_env=False))
        running.append(server)
        return server

    yield begin
    for server in running:
        server.client.close()
        server.process.terminate()
    for server in running:
        server.process.wait(20)
        talk = (server.corrections.parent / "talk.txt").read_text()
        assert "Traceback" not in talk, talk


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Servers of a test of its own."""
    with servers(tmp_path_factory) as begin:
        yield begin


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that the tests share."""
    with servers(tmp_path_factory) as begin:
        yield begin()


@pytest.fixture
def client(model: Model, tmp_path: Path) -> Iterator[TestClient]:
    """The application itself, in this process."""
    settings = Settings(corrections=tmp_path / "corrections.jsonl", body_limit=1_000_000)
    with TestClient(create_app(model, settings), base_url="http://127.0.0.1", raise_server_exceptions=False) as one:
        yield one


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("NOT TESTED in a browser: no Chromium here (`apt-get install chromium` brings one)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    one = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", accept_downloads=True)
    one.set_default_timeout(120_000)
    one.grant_permissions(["clipboard-read", "clipboard-write"])
    yield one
    one.close()


@pytest.fixture
def page(context: BrowserContext, start: Start) -> Iterator[Page]:
    """The page of a server of its own, ready; whatever the browser complains about fails the test."""
    own = start()
    one = context.new_page()
    complaints: list[str] = []
    one.on("pageerror", lambda error: complaints.append(str(error)))
    one.on("console", lambda message: complaints.append(message.text) if _is_complaint(message.text, message.type) else None)
    one.corrections = own.corrections  # type: ignore[attr-defined]
    open_page(one, own.url)
    yield one
    assert not complaints


def _is_complaint(text: str, kind: str) -> bool:
    # The browser notes every answer of 400 and above itself; the tests of errors look at the page.
    return kind in ("error", "warning") and not text.startswith("Failed to load resource")


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("html[data-ready]")


def paste(page: Page, text: str) -> None:
    """Put `text` on the clipboard and paste it, as a person would."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.focus("#source")
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")
    page.wait_for_function("() => document.getElementById('status').textContent.match(/\\d/)")


def row(page: Page, text: str) -> Locator:
    """The row of the line that holds `text`."""
    return page.locator(".line", has_text=text)
