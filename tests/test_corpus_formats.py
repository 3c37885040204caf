import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.corpus import CorpusError, LabelledDocument, LabelledLine, read_corpus, read_documents, write_documents
from classifier.corpus.formats import FORMATS, export_documents, import_documents
from classifier.corpus.formats.label_studio import LABEL_CONFIG
from classifier.corpus.suggested import FIELD
from classifier.document import is_blank
from classifier.labels import Label
from tests.conftest import ROOT, Run

# Anything a line of a UTF-8 file can hold: no line ends, no lone surrogates, and something to read.
WRITABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\n\r")
NAME = st.text(WRITABLE, min_size=1, max_size=12).filter(lambda name: not is_blank(name))
TEXT = st.text(WRITABLE | st.sampled_from("\"',;#|\t=\ufeff\u2028\u3000\x00\x1c\x85"), min_size=1, max_size=24).filter(
    lambda text: not is_blank(text)
)
VALUE = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | NAME, lambda inner: st.lists(inner, max_size=2))


@st.composite
def labelled_line(draw: st.DrawFn) -> LabelledLine:
    label = draw(st.sampled_from(list(Label)))
    return LabelledLine(draw(TEXT), label, draw(st.booleans()) and label is not Label.UNRELATED)


DOCUMENT = st.builds(
    LabelledDocument,
    NAME,
    NAME,
    st.lists(labelled_line(), min_size=1, max_size=5).map(tuple),
    st.dictionaries(NAME.filter(lambda key: key not in ("doc", "genre", "lines", "source", FIELD)), VALUE, max_size=2),
)
DOCUMENTS = st.lists(DOCUMENT, min_size=1, max_size=4, unique_by=lambda one: one.doc)


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=40)
@given(documents=DOCUMENTS)
def test_there_and_back_without_loss(form: str, documents: list[LabelledDocument]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        export_documents(documents, form, path)
        assert [one.to_json() for one in import_documents(path, form)] == [one.to_json() for one in documents]


@pytest.mark.parametrize("form", FORMATS)
def test_our_corpus_there_and_back_by_the_command(form: str, baogao: Run, tmp_path: Path) -> None:
    assert baogao("corpus", "export", ROOT / "corpus", "--format", form, "--output", "out").returncode == 0
    done = baogao("corpus", "import", "out", "--format", form, "--output", "back.jsonl")
    assert (done.returncode, done.stdout) == (0, b"")
    expected = [document.to_json() for document in read_corpus(ROOT / "corpus")]
    assert [document.to_json() for document in read_documents(tmp_path / "back.jsonl")] == expected


def test_doccanos_own_exports_are_read(tmp_path: Path) -> None:
    """The shapes of doccano 1.8's exports: ids and comments beside, labels as lists, spans as lists or objects."""
    lines = tmp_path / "lines.jsonl"
    lines.write_text(
        '{"id": 2, "text": "召开例会12次。", "label": ["measure"], "doc": "a", "line": 2, "Comments": []}\n'
        '{"id": 1, "text": "一、主要工作", "label": ["measure"], "doc": "a", "line": 1, "Comments": []}\n',
        "utf-8",
    )
    (document,) = import_documents(lines, "doccano-lines")
    assert [(line.text, line.heading) for line in document.lines] == [("一、主要工作", True), ("召开例会12次。", False)]
    spans = tmp_path / "spans.jsonl"
    text = "一、主要工作\n召开例会12次。"
    listed = {"id": 1, "text": text, "label": [[0, 6, "measure"], [8, 14, "measure"]], "Comments": []}
    related = {
        "id": 2, "text": text, "relations": [], "Comments": [],
        "entities": [{"id": 7, "label": "measure", "start_offset": at, "end_offset": at + 6} for at in (0, 8)],
    }  # fmt: skip
    spans.write_text(f"{json.dumps(listed)}\n{json.dumps(related)}\n", "utf-8")
    assert [one.lines for one in import_documents(spans, "doccano")] == [document.lines, document.lines]


PUBLISHED_EXPORT = [
    {
        "id": 1,
        "data": {"lines": [{"number": "1", "text": "一、存在问题"}, {"number": "2", "text": "人手不足。"}]},
        "annotations": [
            {"id": 1, "was_cancelled": True, "result": []},
            {
                "id": 1001,
                "was_cancelled": False,
                "result": [
                    {
                        "id": "3Jl3", "from_name": "label", "to_name": "lines", "type": "paragraphlabels", "origin": "manual",
                        "value": {"start": "0", "end": "1", "startOffset": 0, "endOffset": 5, "paragraphlabels": ["problem"]},
                    }
                ],
            },
        ],
        "predictions": [],
    },
    {"id": 2, "data": {"lines": [{"text": "谢谢"}]}, "annotations": []},
]  # fmt: skip


def test_label_studios_json_export_is_read(tmp_path: Path) -> None:
    """The shape that Label Studio documents for paragraphs; one region may run over several of them."""
    path = tmp_path / "project-1.json"
    path.write_text(json.dumps(PUBLISHED_EXPORT), "utf-8")
    (document,) = import_documents(path, "label-studio")
    assert [(line.label, line.heading) for line in document.lines] == [("problem", True), ("problem", False)]


def suggested(tmp_path: Path) -> Path:
    lines = [{"text": "人手不足。", "label": "problem"}, {"text": "谢谢大家", "label": "background"}]
    field = {"model": "2026", "confidence": [0.4, 0.9], "lines": [{"line": 1, "rank": 1}]}
    path = tmp_path / "ask.jsonl"
    path.write_text(json.dumps({"doc": "a", "lines": lines, FIELD: field}), "utf-8")
    return path


def test_suggestions_become_predictions_with_score_and_model_version(tmp_path: Path, baogao: Run) -> None:
    done = baogao("corpus", "export", suggested(tmp_path), "--format", "label-studio", "--output", "tasks.json")
    assert b"tasks.label-config.xml" in done.stderr
    (task,) = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
    (prediction,) = task["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("2026", 0.4)
    assert [region["score"] for region in prediction["result"]] == [0.4, 0.9]
    assert [line["number"] for line in task["data"]["lines"]] == ["★ 1", "2"]
    assert "annotations" not in task
    refused = baogao("corpus", "import", "tasks.json", "--format", "label-studio", "--output", "x.jsonl")
    assert refused.returncode == 2
    assert b"none of its 1 tasks" in refused.stderr
    task["annotations"] = [{"result": prediction["result"]}]
    (tmp_path / "done.json").write_text(json.dumps([task]), "utf-8")
    assert baogao("corpus", "import", "done.json", "--format", "label-studio", "--output", "x.jsonl").returncode == 0
    (document,) = read_documents(tmp_path / "x.jsonl")
    assert FIELD not in document.extra


def test_label_studios_own_code_takes_the_tasks(tmp_path: Path) -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface")
    config = interface.LabelInterface(LABEL_CONFIG)
    config.validate()
    export_documents(list(read_corpus(ROOT / "corpus"))[:3], "label-studio", tmp_path / "tasks.json")
    for task in json.loads((tmp_path / "tasks.json").read_text("utf-8")):
        for annotation in task["annotations"]:
            assert config.validate_annotation(annotation)


def test_hugging_face_datasets_reads_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    datasets = pytest.importorskip("datasets")
    documents = list(read_corpus(ROOT / "corpus"))[:20]
    export_documents(documents, "datasets", tmp_path / "folder")
    loaded = datasets.load_dataset(str(tmp_path / "folder"), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"][3]["lines"][0]["text"] == documents[3].lines[0].text
    loaded.save_to_disk(str(tmp_path / "saved"))
    expected = [one.to_json() for one in documents]
    assert [one.to_json() for one in import_documents(tmp_path / "saved", "datasets")] == expected


BAD: list[tuple[str, Any, str]] = [
    ("csv", "text,tag\n甲,measure\n", "no column label"),
    ("csv", "text,label\n甲,success\n", ":2: unknown label 'success'"),
    ("csv", "text,label,heading\n甲,措施,maybe\n", ":2: expected true or false"),
    ("doccano-lines", '{"text": "甲", "label": []}', ":1: a line has exactly one label"),
    ("doccano-lines", "{", ":1: not JSON"),
    ("doccano", '{"text": "甲\\n乙", "label": [[0, 1, "measure"]]}', "line 2 of in: no span"),
    ("doccano", '{"text": "甲", "label": ["measure"]}', ":1: expected spans"),
    ("label-studio", '{"lines": []}', "expected a list of tasks"),
    ("label-studio", "[3]", "task 1: expected an object"),
    ("text", "措施\t甲\n没有标签的一行\n", ":2: expected a label"),
    ("text", "=== {\n", ":1: the document's head is not JSON"),
    ("text", "", "no labelled documents"),
]


@pytest.mark.parametrize(("form", "content", "message"), BAD)
def test_what_is_wrong_is_told_with_its_place(form: str, content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_text(content, "utf-8")
    with pytest.raises(CorpusError) as caught:
        import_documents(path, form)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_text_as_people_type_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text(
        "=== 渔政 | fishery\r\n背景# 渔政站总结\r\n\r\n措施 开展巡航。\r\n=== 港口\n问题\t 人手不足\n", "utf-8", newline=""
    )
    first, second = import_documents(path, "text")
    assert (first.doc, first.genre, second.doc) == ("渔政", "fishery", "港口")
    assert first.lines == (LabelledLine("渔政站总结", Label.BACKGROUND, True), LabelledLine("开展巡航。", Label.MEASURE))
    assert second.lines[0].text == " 人手不足"


def test_wrong_use_of_export_and_import(baogao: Run, tmp_path: Path) -> None:
    document = LabelledDocument("a", "g", (LabelledLine("甲", Label.MEASURE),))
    write_documents([document, document], tmp_path / "twice.jsonl")
    for arguments in (
        ["export", "nowhere.jsonl", "--format", "csv", "--output", "x"],
        ["export", "twice.jsonl", "--format", "csv", "--output", "x"],
        ["import", "nowhere", "--format", "csv", "--output", "x"],
        ["import", ".", "--format", "csv", "--output", "x"],
        ["import", "twice.jsonl", "--format", "datasets", "--output", "x"],
        ["export", ROOT / "corpus", "--format", "csv", "--output", "no/such/folder"],
    ):
        done = baogao("corpus", *arguments)
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1), arguments


def test_an_output_never_takes_the_place_of_its_input(baogao: Run, tmp_path: Path) -> None:
    write_documents([LabelledDocument("甲", "g", (LabelledLine("甲", Label.MEASURE),))], tmp_path / "a.jsonl")
    before = (tmp_path / "a.jsonl").read_bytes()
    for action in ("export", "import"):
        done = baogao("corpus", action, "a.jsonl", "--format", "doccano", "--output", "./a.jsonl")
        assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
        assert "would be lost" in done.stderr.decode()
    assert (tmp_path / "a.jsonl").read_bytes() == before
