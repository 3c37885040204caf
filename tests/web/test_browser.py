"""The page in a real browser, used as a person uses it."""

import io
import json
from pathlib import Path

import docx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from classifier import load_model
from tests.report_texts import REPORT
from tests.web.conftest import open_page, paste, row
from tests.web.test_files import word_file

pytestmark = pytest.mark.slow

SCRIPTS = """<script>document.title='owned'</script>甲村总结
<img src=x onerror="document.title='owned'">人手不足。
"><svg onload=document.title='owned'>修路三公里。
javascript:document.title='owned' [a](javascript:alert(1)) {{7*7}} ${7*7}
"""


def kept(page: Page) -> list[dict[str, object]]:
    path: Path = page.corrections  # type: ignore[attr-defined]
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_the_seed_has_51_lines_folded_away_and_the_models_problems(page: Page, shared: Path) -> None:
    seed = (shared / "seed" / "report-with-spam.txt").read_text("utf-8")
    # How many problems the model finds is tests/test_acceptance.py's to hold; the page must show just those.
    problems = len(load_model().classify(seed).by_label("problem"))
    assert problems >= 5
    paste(page, seed)
    expect(page.locator(".fold")).to_have_count(1)
    expect(page.locator(".fold")).to_contain_text("51")
    expect(page.locator(".line.of-problem")).to_have_count(problems)
    expect(page.locator(".line.of-unrelated")).to_have_count(0)
    page.locator(".fold button").click()
    expect(page.locator(".line.of-unrelated")).to_have_count(51)
    page.locator(".fold button").click()
    expect(page.locator(".line.of-unrelated")).to_have_count(0)


def test_outline_jumps_filters_and_search_narrow(page: Page) -> None:
    paste(page, REPORT)
    page.locator(".to-line", has_text="存在的问题").click()
    expect(row(page, "二、存在的问题")).to_be_focused()
    expect(page.locator(".legend")).to_contain_text("%")
    page.locator(".filter", has_text="问题").click()
    expect(page.locator(".line:not(.of-problem)")).to_have_count(0)
    expect(page.locator(".line.of-problem").first).to_be_visible()
    page.locator(".filter", has_text="问题").click()
    page.fill("#search", "渠道")
    expect(page.locator(".line")).to_have_count(1)
    expect(page.locator(".line mark").first).to_have_text("渠道")
    page.fill("#search", "没有这样的文字")
    expect(page.locator("#nothing")).to_be_visible()


def test_a_label_is_put_right_with_the_keyboard_and_stays_after_a_reload(page: Page) -> None:
    paste(page, REPORT)
    page.keyboard.press("Tab")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    for _ in range(9):
        page.keyboard.press("j")
        if page.evaluate("() => document.activeElement.innerText.includes('管护人员偏少')"):
            break
    expect(row(page, "管护人员偏少")).to_be_focused()
    page.keyboard.press("2")
    expect(row(page, "管护人员偏少").locator(".label")).to_have_text("措施")
    expect(row(page, "管护人员偏少")).to_be_focused()
    expect(page.locator("#status")).to_contain_text("已保存")
    assert [(one["line"], one["old"], one["new"]) for one in kept(page)] == [(5, "problem", "measure")]
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(row(page, "管护人员偏少").locator(".label")).to_have_text("措施")
    expect(row(page, "管护人员偏少").locator(".fixed")).to_be_visible()


def test_undo_is_kept_too(page: Page) -> None:
    paste(page, REPORT)
    row(page, "管护人员偏少").locator(".label").click()
    page.locator(".label-menu").get_by_text("背景").click()
    expect(row(page, "管护人员偏少").locator(".label")).to_have_text("背景")
    page.locator("#undo").click()
    expect(row(page, "管护人员偏少").locator(".label")).to_have_text("问题")
    expect(page.locator("#status")).to_contain_text("撤销")
    assert [(one["old"], one["new"]) for one in kept(page)] == [("problem", "background"), ("background", "problem")]
    expect(page.locator("#undo")).to_be_disabled()


def test_a_correction_holds_while_the_rest_is_edited(page: Page) -> None:
    paste(page, REPORT)
    row(page, "管护人员偏少").locator(".label").click()
    page.keyboard.press("2")
    expect(page.locator("#status")).to_contain_text("已保存")
    page.focus("#source")
    page.keyboard.press("Control+Home")
    page.keyboard.type("新的一行\n")
    expect(row(page, "新的一行")).to_have_count(1)
    expect(row(page, "管护人员偏少").locator(".label")).to_have_text("措施")


def test_two_pages_at_once_lose_no_correction(page: Page, context: BrowserContext) -> None:
    other = context.new_page()
    open_page(other, page.url)
    for one in (page, other):
        one.bring_to_front()
        paste(one, REPORT)
    for number in range(1, 6):
        for one in (page, other):
            one.bring_to_front()
            row(one, "管护人员偏少").focus()
            one.keyboard.press(str(number))
            expect(row(one, "管护人员偏少").locator(".label")).to_have_text(
                ["成绩", "措施", "问题", "背景", "无关"][number - 1]
            )
    expect(other.locator("#status")).to_contain_text("已保存")
    expect(page.locator("#status")).to_contain_text("已保存")
    assert len(kept(page)) == 10


def test_script_in_pasted_text_and_file_names_stays_text(page: Page) -> None:
    paste(page, SCRIPTS)
    page.keyboard.press("Escape")
    for fold in page.locator(".fold button").all():
        fold.click()
    shown = page.locator("#lines").inner_text()
    for line in SCRIPTS.strip().split("\n"):
        assert line in shown
    name = "<img src=x onerror=document.title='owned'>.docx"
    page.set_input_files("#file", {"name": name, "mimeType": "x/y", "buffer": b"PK\x03\x04broken"})
    expect(page.locator("#alert")).to_contain_text(name)
    assert page.title() == "报告分行"
    assert page.locator("#lines img, #lines svg, #lines script, #alert img").count() == 0


def test_word_round_trip(page: Page) -> None:
    data = word_file(*REPORT.strip().split("\n"))
    page.set_input_files("#file", {"name": "水利站.docx", "mimeType": "application/octet-stream", "buffer": data})
    expect(row(page, "管护人员偏少")).to_have_count(1)
    page.locator("#take").click()
    with page.expect_download() as waiting:
        page.locator("#take-menu button", has_text="Word").first.click()
    assert waiting.value.suggested_filename == "水利站-清洗稿.docx"
    texts = [one.text for one in docx.Document(io.BytesIO(Path(waiting.value.path()).read_bytes())).paragraphs]
    assert any("管护人员偏少" in text for text in texts)
    assert not any("数学教学反思" in text for text in texts)


def test_copy_and_the_other_downloads(page: Page) -> None:
    paste(page, REPORT)
    page.locator("#take").click()
    page.locator("#take-menu button").first.click()
    expect(page.locator("#status")).to_contain_text("已复制")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert "管护人员偏少" in copied and "会员免费" not in copied
    for number, ending in enumerate((".docx", ".txt", ".docx", ".md", ".csv", ".jsonl"), 1):
        page.locator("#take").click()
        with page.expect_download() as waiting:
            page.locator("#take-menu button").nth(number).click()
        assert waiting.value.suggested_filename.endswith(ending)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("坏.docx", b"PK\x03\x04broken", "损坏"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), ".docx"),
        ("图.pdf", b"%PDF-1.7", "PDF"),
        ("空.txt", b" \n", "没有文字"),
        ("大.txt", b"<" * 21_000_000, "太大"),
    ],
    ids=["broken", "old Word", "PDF", "empty", "too large"],
)
def test_a_file_that_is_no_report_is_told_of(page: Page, tmp_path: Path, name: str, data: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(data)
    page.set_input_files("#file", tmp_path / name)
    expect(page.locator("#alert")).to_contain_text(told)
    expect(page.locator("#alert")).to_contain_text(name)


def test_a_dropped_file_is_read(page: Page) -> None:
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "报告.txt", {type: "text/plain"}));
            const at = document.getElementById("intake");
            for (const kind of ["dragover", "drop"])
                at.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        REPORT,
    )
    expect(row(page, "管护人员偏少")).to_have_count(1)


def test_evidence_is_shown_in_the_text_and_beside_it(page: Page) -> None:
    paste(page, REPORT)
    row(page, "管护人员偏少").hover()
    expect(page.locator("#detail .words").first).to_be_visible()
    expect(row(page, "管护人员偏少").locator("mark.word").first).to_be_visible()
    assert row(page, "管护人员偏少").locator(".text").inner_text() == REPORT.split("\n")[4].strip()
    row(page, "明年将组织").hover()
    expect(row(page, "管护人员偏少").locator("mark.word")).to_have_count(0)


def test_a_stale_answer_never_overwrites_a_newer_one(page: Page) -> None:
    held: list[object] = []

    def hold_first(route):  # type: ignore[no-untyped-def]
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/classify", hold_first)
    page.fill("#source", "旧的一行。")
    page.wait_for_function("() => document.getElementById('status').textContent.includes('正在')")
    page.wait_for_timeout(500)
    page.fill("#source", "新的一行。")
    expect(page.locator("#lines")).to_contain_text("新的一行")
    answer = {"model": "m", "doc": "d", "counts": {}, "corrections": [], "lines": [
        {"line": 1, "text": "旧的一行。", "label": "problem", "heading": False, "confidence": 1, "heading_path": [],
         "probabilities": {"achievement": 0, "measure": 0, "problem": 1, "background": 0, "unrelated": 0}}]}  # fmt: skip
    try:
        held[0].fulfill(json=answer)  # type: ignore[attr-defined]
    except Exception as error:
        assert "intercept" in str(error).lower() or "handled" in str(error).lower() or "not found" in str(error).lower()
    page.wait_for_timeout(300)
    expect(page.locator("#lines")).not_to_contain_text("旧的一行")


def test_a_server_that_is_gone_is_told_of(page: Page) -> None:
    page.route("**/api/classify", lambda route: route.abort())
    page.fill("#source", REPORT)
    expect(page.locator("#alert")).to_contain_text("baogao serve")


def test_a_long_report_stays_usable(page: Page) -> None:
    paste(page, "".join(f"第{number}村修路三公里，受到群众好评。\n" for number in range(3000)))
    expect(page.locator(".line").first).to_be_visible(timeout=20_000)
    assert page.locator(".line").count() < 1500
    expect(page.locator("#more")).to_be_attached()
