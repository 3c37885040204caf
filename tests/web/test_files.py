"""Files in and out: DOCX, HTML, TXT; cleaned reports, digests, tables."""

import csv
import io
import json
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from classifier import Label, Model
from classifier.web.exports import EXPORTS
from classifier.web.problems import RefusedError
from classifier.web.reading import read_file
from classifier.web.relabel import relabel
from tests.report_texts import REPORT, TEXT


def word_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "项目", "进度"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_word_file_is_read_with_its_tables_in_order() -> None:
    found = read_file(word_file("甲村总结", "修路三公里。"))
    assert (found.text, found.kind) == ("甲村总结\n修路三公里。\n项目\t进度", "docx")


def test_a_page_is_read_as_it_is_seen() -> None:
    page = """<!DOCTYPE html><html><head><meta charset="gbk"><title>不要</title><style>p{}</style></head><body>
    <script>alert(1)</script><h1>甲村<b>总结</b></h1><p>修路
    三公里。<br>人手不足。</p><ul><li>一<li>二</ul><!-- 不见 -->&lt;尾&gt;</body></html>"""
    found = read_file(page.encode("gbk"))
    assert found.text.split("\n") == ["甲村总结", "修路 三公里。", "人手不足。", "一", "二", "<尾>"]
    assert (found.kind, found.encoding) == ("html", "gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_are_read_in_their_encoding(encoding: str) -> None:
    assert read_file(REPORT.encode(encoding)).text == REPORT


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as member:
        for _ in range(201):
            member.write(b" " * 1_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04rubbish", "broken_docx"),
        (word_file("甲")[:3000], "broken_docx"),
        (word_file("甲").replace(b"word/document.xml", b"word/documenx.xml"), "broken_docx"),
        (bomb(), "too_large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_word"),
        (b"%PDF-1.7 ...", "not_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_text"),
    ],
    ids=["rubbish", "cut short", "no document", "bomb", "old Word", "PDF", "picture"],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as raised:
        read_file(data)
    assert raised.value.code == code


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"<html>", b"<!doctype html><p>"]),
    st.sampled_from(["", "text/html"]),
)
def test_no_bytes_break_the_reader(data: bytes, head: bytes, kind: str) -> None:
    try:
        assert isinstance(read_file(head + data, kind).text, str)
    except RefusedError as refused:
        assert refused.message


@given(TEXT, st.sampled_from(list(EXPORTS)), st.text(max_size=20))
def test_every_text_can_be_taken_away(model: Model, text: str, form: str, title: str) -> None:
    data = EXPORTS[form].make(model.classify(text), title)
    if form.endswith("docx"):
        docx.Document(io.BytesIO(data))
    else:
        data.decode("utf-8")


def test_the_cleaned_report_goes_round_through_word(model: Model) -> None:
    report = model.classify(REPORT)
    text = read_file(EXPORTS["clean-docx"].make(report, "总结")).text
    assert [line.strip() for line in text.split("\n")] == [
        line.text.strip() for line in report.lines if line.label is not Label.UNRELATED
    ]
    assert "数学教学反思" not in text


def test_the_cleaned_text_is_as_windows_has_it(model: Model) -> None:
    data = EXPORTS["clean-txt"].make(model.classify(REPORT), "")
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data and b"\n" not in data.replace(b"\r\n", b"")
    assert "渠道清淤" in data.decode("utf-8-sig") and "会员免费" not in data.decode("utf-8-sig")


def test_the_table_opens_in_excel_and_runs_nothing(model: Model) -> None:
    data = EXPORTS["table-csv"].make(model.classify('甲村总结\n=HYPERLINK("http://x","y")\n-加强领导，组织培训。'), "")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0][:2] == ["行号", "类别"]
    assert [row[-1][:2] for row in rows[2:]] == ["'=", "'-"]


def test_jsonl_and_digest(model: Model) -> None:
    report = model.classify(REPORT)
    lines = EXPORTS["table-jsonl"].make(report, "").decode().splitlines()
    assert [json.loads(line)["text"] for line in lines] == [line.text for line in report.lines]
    digest = EXPORTS["digest-md"].make(report, "站的总结").decode()
    assert digest.startswith("# 站的总结") and "# 问题" in digest
    word = read_file(EXPORTS["digest-docx"].make(report, "站的总结")).text
    assert "管护人员偏少" in word and "会员免费" not in word


def test_relabelled_lines_take_headings_along(model: Model) -> None:
    report = model.classify(REPORT)
    assert relabel(report, {}) == relabel(report, {line.number: line.label for line in report.lines}) == report
    without = relabel(report, {4: Label.UNRELATED})
    assert without.lines[3].heading is False
    assert without.lines[4].heading_path == ()
    assert REPORT.split("\n")[3] not in without.clean_text()


def test_word_files_are_chinese_and_a4(client: TestClient) -> None:
    sent = {"text": REPORT, "format": "clean-docx"}
    made = docx.Document(io.BytesIO(client.post("/api/export", json=sent).content))
    # Without it, a machine that has no 宋体 shows the marks of another script, and Word marks every word as misspelt.
    languages = [one.get(qn("w:eastAsia")) for one in made.styles.element.iter(qn("w:lang"))]
    assert languages == ["zh-CN"]
    assert {(round(one.page_width.mm), round(one.page_height.mm)) for one in made.sections} == {(210, 297)}
