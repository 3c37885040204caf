"""What each format keeps of a document besides its text, and that annotated files hold all of it."""

import io
from pathlib import Path

import docx
import pyarrow
import pyarrow.parquet
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from classifier import Model
from tests.clean.tools import balanced, clean, ledger, outputs
from tests.report_texts import REPORT

LINES = REPORT.splitlines()


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    document = docx.Document()
    for line in LINES:
        document.add_paragraph().add_run(line).bold = True
    document.add_paragraph("换行之前\n换行之后，继续推进渠道清淤工作。")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "指标", "完成情况良好，达到年初目标。"
    document.save(str(folder / "a.docx"))
    kind = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    columns = {
        "n": pyarrow.array([1, None, 3], pyarrow.int8()),
        "text": pyarrow.array([REPORT, None, LINES[-1]]).cast(kind),
        "deep": pyarrow.array([[{"a": 1.5}], [], None]),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns).replace_schema_metadata({"k": "v"}), str(folder / "b.parquet"))
    with (folder / "c.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        page = "<html><body>" + "".join(f"<p>{line}</p>" for line in LINES) + "</body></html>"
        bodies = {"text/html": page.encode("gb18030"), "image/png": b"\x89PNG", "text/plain": REPORT.encode()}
        for number, (content, body) in enumerate(bodies.items(), 1):
            headers = StatusAndHeaders("200 OK", [("Content-Type", content)], protocol="HTTP/1.1")
            payload, uri = io.BytesIO(body), f"http://a.cn/{number}"
            writer.write_record(writer.create_warc_record(uri, "response", payload=payload, http_headers=headers))
    (folder / "d.html").write_text(page, "utf-8")
    return folder


def test_each_format_comes_out_as_itself(sources: Path, model: Model, tmp_path: Path) -> None:
    out = tmp_path / "out"
    clean(sources, out, model=model)
    balanced(out)
    assert {one["status"] for one in ledger(out)} == {"done"}
    document = docx.Document(str(out / "a.docx"))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert [line for line in LINES if line not in texts] == LINES[-2:]
    assert all(run.bold for paragraph in document.paragraphs[:8] for run in paragraph.runs)
    assert texts[-1].startswith("换行之前\n") and document.tables[0].cell(0, 1).text.startswith("完成情况良好")
    before, after = (pyarrow.parquet.read_table(str(folder / "b.parquet")) for folder in (sources, out))
    assert after.schema.equals(before.schema, check_metadata=True)
    assert after.select(["n", "deep"]).to_pylist() == before.select(["n", "deep"]).to_pylist()[:1]
    assert after.column("text").to_pylist() == ["".join(f"{line}\n" for line in LINES[:8])]
    with (out / "c.warc.gz").open("rb") as file:
        records = [
            (one.rec_type, one.rec_headers.get_header("WARC-Target-URI"), one.content_stream().read().decode())
            for one in ArchiveIterator(file)
        ]
    assert [one[:2] for one in records] == [("conversion", "http://a.cn/1"), ("conversion", "http://a.cn/3")]
    assert records[1][2] == "".join(f"{line}\n" for line in LINES[:8])
    assert ledger(out)[2]["other_records"] == 1
    page = (out / "d.html").read_text("utf-8")
    assert LINES[2] in page and LINES[-1] not in page and '<meta charset="utf-8">' in page


def test_a_cleaned_folder_is_clean(sources: Path, model: Model, tmp_path: Path) -> None:
    """What comes out can go in again, in every format."""
    clean(sources, tmp_path / "once", model=model)
    names = ("a.docx", "b.parquet", "c.warc.gz", "d.html")
    clean([str(tmp_path / "once" / name) for name in names], tmp_path / "twice", model=model)
    assert {one["status"] for one in ledger(tmp_path / "twice")} == {"done"}
    kept = {one["source"]: one["lines"]["kept"] for one in ledger(tmp_path / "once")}
    assert {Path(one["source"]).name: one["lines"]["read"] for one in ledger(tmp_path / "twice")} == kept


@pytest.mark.parametrize("form", ["same", "jsonl"])
def test_annotated_files_hold_every_format(sources: Path, model: Model, tmp_path: Path, form: str) -> None:
    clean(sources, tmp_path / "clean", model=model, threshold=0.9, output_format=form)
    clean(sources, tmp_path / "notes", model=model, annotate=True)
    clean(tmp_path / "notes", tmp_path / "filtered", from_annotated=True, threshold=0.9, output_format=form)
    assert outputs(tmp_path / "filtered") == outputs(tmp_path / "clean")
    assert len(outputs(tmp_path / "clean")) == 4


def test_the_same_input_gives_the_same_bytes(sources: Path, model: Model, tmp_path: Path) -> None:
    for name in ("one", "two"):
        clean(sources, tmp_path / name, model=model)
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two")
