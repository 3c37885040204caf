"""The page for everyone: the keyboard alone, narrow and wide, in two languages, and axe-core."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.report_texts import REPORT
from tests.web.conftest import Start, open_page, paste, row

pytestmark = pytest.mark.slow


def test_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    for _ in range(8):
        if page.evaluate("() => document.activeElement.id") == "source":
            break
        page.keyboard.press("Tab")
    page.keyboard.insert_text(REPORT)
    expect(row(page, "管护人员偏少")).to_have_count(1)
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("() => { const a = document.activeElement; return a.id || a.className.split(' ')[0]; }"))
        if "line" in reached:
            break
    assert {"filter", "search", "take", "to-line", "line"} <= reached
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".label-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".label-menu")).to_have_count(0)
    assert page.evaluate("() => document.activeElement.classList.contains('line')")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_widths_languages_and_axe(browser: Browser, start: Start, width: int, locale: str) -> None:
    server = start()
    context = browser.new_context(viewport={"width": width, "height": 800}, locale=locale)
    page = context.new_page()
    open_page(page, server.url)
    assert page.evaluate("() => document.documentElement.lang") == ("zh-CN" if locale == "zh-CN" else "en")

    def check(state: str) -> None:
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, state
        found = Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert not serious, (
            state,
            [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in serious],
        )

    check("empty")
    page.fill("#source", REPORT + "长" * 300 + "http://example.cn/" + "a" * 300)
    expect(row(page, "管护人员偏少")).to_have_count(1)
    page.locator(".line.of-problem").first.hover()
    expect(page.locator("#detail .words").first).to_be_visible()
    check("result")
    page.locator(".line .label").first.click()
    check("menu")
    page.keyboard.press("Escape")
    page.set_input_files("#file", {"name": "坏.docx", "mimeType": "", "buffer": b"PK\x03\x04broken"})
    expect(page.locator("#alert")).to_be_visible()
    check("error")
    page.locator("#help-open").click()
    check("help")
    context.close()


def test_the_language_is_switched_and_kept(page: Page) -> None:
    paste(page, REPORT)
    page.locator("#language").click()
    expect(row(page, "管护人员偏少").locator(".label")).to_have_text("problem")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#intake-title")).to_have_text("The report")
