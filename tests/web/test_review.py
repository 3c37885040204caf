"""Lines that `baogao suggest` chose, labelled one by one on the page."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.testclient import TestClient

from classifier import Model
from classifier.corpus import CorpusError, LabelledDocument, LabelledLine, read_documents, write_documents
from classifier.corpus.corrections import read_corrections
from classifier.labels import Label
from classifier.web.app import create_app
from classifier.web.openapi import NAME_LIMIT
from classifier.web.review import read_review
from classifier.web.settings import Settings
from tests.conftest import Run
from tests.report_texts import REPORT
from tests.web.conftest import Server, Start, open_page, row

LIGHTHOUSE = "东礁灯塔二月札\n给雾号上油，教小满听风辨向。\n台阶让浪啃掉一角，脚底打滑。\n扶手拉好以后，上下塔再没人跌跤。\n"

Ask = Callable[[], Path]


def document(name: str, text: str, ranks: dict[int, int]) -> LabelledDocument:
    lines = tuple(LabelledLine(line, Label.MEASURE) for line in text.splitlines() if line.strip())
    marks = [{"line": line, "rank": rank} for line, rank in ranks.items()]
    field = {"model": "m", "confidence": [0.4] * len(lines), "lines": marks}
    return LabelledDocument(name, "unlabelled", lines, {"suggest": field})


@pytest.fixture
def ask(tmp_path: Path) -> Path:
    path = tmp_path / "ask.jsonl"
    documents = [document("mine/二月.txt", LIGHTHOUSE, {3: 1, 4: 3}), document("mine/水利站.txt", REPORT, {5: 2})]
    write_documents(documents, path)
    return path


def kept(server: Server) -> list[tuple[str, int, str]]:
    if not server.corrections.exists():
        return []
    records = [json.loads(line) for line in server.corrections.read_text("utf-8").splitlines()]
    return [(one["doc"], one["line"], one["new"]) for one in records]


@pytest.fixture
def opened(context: BrowserContext, start: Start, ask: Path) -> tuple[Page, Server]:
    server = start("--review", str(ask))
    page = context.new_page()
    open_page(page, server.url)
    return page, server


def test_lines_come_in_the_order_of_their_ranks_and_know_their_labels(model: Model, tmp_path: Path, ask: Path) -> None:
    app = create_app(model, Settings(corrections=tmp_path / "c.jsonl"), read_review(ask))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        found = client.get("/api/review").json()
        assert found["file"] == "ask.jsonl"
        places = [(one["number"], one["doc"], one["line"], one["label"]) for one in found["lines"]]
        assert places == [(1, "mine/二月.txt", 3, None), (2, "mine/水利站.txt", 5, None), (3, "mine/二月.txt", 4, None)]
        one = client.get("/api/review/3").json()
        assert one["text"].split("\n")[one["line"] - 1] == "扶手拉好以后，上下塔再没人跌跤。"
        assert client.get("/api/review/4").status_code == client.get("/api/review/0").status_code == 404
        lines = [{"text": text, "label": "measure"} for text in one["text"].split("\n")]
        sent = {"doc": one["doc"], "line": 4, "old": "measure", "new": "measure", "lines": lines}
        assert client.post("/api/corrections", json=sent).status_code == 201
        assert [line["label"] for line in client.get("/api/review").json()["lines"]] == [None, None, "measure"]
        assert client.get("/api/model").json()["review"] == "ask.jsonl"


def test_without_a_review_the_server_says_so(client: TestClient) -> None:
    answer = client.get("/api/review")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_reviewing")
    assert "--review FILE" in answer.json()["message"]
    assert client.get("/api/model").json()["review"] is None


def test_names_fit_the_corrections_and_no_two_are_alike(tmp_path: Path) -> None:
    long = "深" * 300 + "/一月.txt"
    write_documents([document(name, LIGHTHOUSE, {1: 1}) for name in (long, long, "a", "a")], tmp_path / "ask.jsonl")
    names = read_review(tmp_path / "ask.jsonl").names
    assert len(set(names)) == 4
    assert max(map(len, names)) == NAME_LIMIT
    assert names[0].endswith("一月.txt")


def test_files_that_ask_for_nothing_are_refused(baogao: Run, tmp_path: Path) -> None:
    plain = LabelledDocument("d", "g", (LabelledLine("一行。", Label.MEASURE),))
    write_documents([plain], tmp_path / "plain.jsonl")
    with pytest.raises(CorpusError, match=r"baogao suggest"):
        read_review(tmp_path / "plain.jsonl")
    (tmp_path / "text.jsonl").write_text("不是 JSON\n", "utf-8")
    for name, told in (("plain.jsonl", "baogao suggest"), ("text.jsonl", "not JSON"), ("没有.jsonl", "no such file")):
        done = baogao("serve", "--no-browser", "--review", name)
        assert (done.returncode, done.stdout) == (2, b"")
        assert told in done.stderr.decode() and name in done.stderr.decode()
        assert done.stderr.decode().count("\n") == 1


@pytest.mark.slow
def test_lines_are_labelled_one_by_one_and_the_page_goes_on_where_it_was(opened: tuple[Page, Server]) -> None:
    page, server = opened
    expect(page.locator("#intake")).to_be_hidden()
    expect(page.locator("#review-line")).to_have_text("台阶让浪啃掉一角，脚底打滑。")
    expect(page.locator("#review-count")).to_contain_text("0 / 3")
    expect(row(page, "台阶让浪啃掉一角")).to_be_focused()
    expect(row(page, "扶手拉好以后").locator(".note.asked")).to_be_visible()
    page.keyboard.press("3")
    expect(page.locator("#review-line")).to_contain_text("管护人员偏少")
    expect(row(page, "管护人员偏少")).to_be_focused()
    expect(page.locator("#review-count")).to_contain_text("1 / 3")
    # The model's own label is an answer too.
    page.locator("#review-labels .answer", has_text="问题").click()
    expect(page.locator("#review-line")).to_contain_text("扶手拉好以后")
    assert kept(server) == [("mine/二月.txt", 3, "problem"), ("mine/水利站.txt", 5, "problem")]
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#review-line")).to_contain_text("扶手拉好以后")
    expect(page.locator("#review-count")).to_contain_text("2 / 3")
    expect(row(page, "台阶让浪啃掉一角").locator(".note.answered")).to_be_visible()
    expect(page.locator("#review-done")).to_be_hidden()
    page.keyboard.press("1")
    expect(page.locator("#review-done")).to_be_visible()  # it has its text before the last answer is kept
    expect(page.locator("#review-done")).to_contain_text("train --with")
    found = read_corrections(server.corrections)
    # The model says of the second what the person says.
    assert found.confirmed >= 1 and len(found.places) + found.confirmed == 3
    assert found.as_text().split("\n")[0].endswith(f"in 2 documents, {found.confirmed} found right")
    labels = {(one.doc, line.text): line.label for one in found.documents for line in one.lines}
    assert labels["mine/二月.txt", "台阶让浪啃掉一角，脚底打滑。"] is Label.PROBLEM
    assert labels["mine/二月.txt", "扶手拉好以后，上下塔再没人跌跤。"] is Label.ACHIEVEMENT
    assert sorted(one.doc for one in read_documents(server.corrections)) == ["mine/二月.txt"] * 2 + ["mine/水利站.txt"]


@pytest.mark.slow
def test_undo_comes_back_to_the_line_before_and_other_lines_are_corrected_as_elsewhere(opened: tuple[Page, Server]) -> None:
    page, server = opened
    page.keyboard.press("2")
    expect(page.locator("#review-line")).to_contain_text("管护人员偏少")
    page.keyboard.press("u")
    expect(page.locator("#review-line")).to_contain_text("台阶让浪啃掉一角")
    expect(page.locator("#review-guess")).to_contain_text("已标为“措施”")
    page.keyboard.press("3")
    expect(page.locator("#review-line")).to_contain_text("管护人员偏少")
    page.keyboard.press("n")
    expect(page.locator("#review-line")).to_contain_text("扶手拉好以后")
    page.keyboard.press("p")
    expect(page.locator("#review-line")).to_contain_text("管护人员偏少")
    other = row(page, "明年将组织")
    other.locator(".label").click()
    page.locator(".label-menu").get_by_text("背景").click()
    expect(other.locator(".label")).to_have_text("背景")
    expect(page.locator("#status")).to_contain_text("已保存")
    expect(page.locator("#review-line")).to_contain_text("管护人员偏少")
    page.keyboard.press("u")
    expect(other.locator(".label")).not_to_have_text("背景")
    # The page shows the old label before the server has kept it.
    for _ in range(100):
        if len(labels := [label for _, _, label in kept(server)]) == 4:
            break
        page.wait_for_timeout(100)
    assert labels[:3] == ["measure", "problem", "background"] and len(labels) == 4


@pytest.mark.slow
def test_a_label_that_cannot_be_kept_leaves_the_line_asked(opened: tuple[Page, Server]) -> None:
    page, server = opened
    page.route("**/api/corrections", lambda route: route.abort())
    # On a busy machine the browser lets a request through that follows at once: the key waits until one has failed.
    page.wait_for_function("() => fetch('/api/corrections').then(() => false, () => true)")
    page.keyboard.press("1")
    expect(page.locator("#alert")).to_contain_text("没有保存")
    expect(page.locator("#review-line")).to_contain_text("台阶让浪啃掉一角")
    expect(page.locator("#review-count")).to_contain_text("0 / 3")
    page.unroute("**/api/corrections")
    page.keyboard.press("3")
    expect(page.locator("#review-line")).to_contain_text("管护人员偏少")
    expect(page.locator("#alert")).to_be_hidden()
    assert kept(server) == [("mine/二月.txt", 3, "problem")]


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_panel_fits_every_width_and_axe(browser: Browser, start: Start, ask: Path, width: int, locale: str) -> None:
    server = start("--review", str(ask))
    context = browser.new_context(viewport={"width": width, "height": 800}, locale=locale)
    page = context.new_page()
    open_page(page, server.url)
    expect(page.locator("#review-labels .answer")).to_have_count(5)
    expect(row(page, "台阶让浪啃掉一角")).to_be_in_viewport()
    for number in "333":
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert not serious, [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in serious]
        before = page.locator("#review-count").inner_text()
        page.keyboard.press(number)
        expect(page.locator("#review-count")).not_to_have_text(before)
    expect(page.locator("#review-done")).to_be_visible()
    context.close()
