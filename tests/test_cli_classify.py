"""`baogao classify` as a user runs it."""

import codecs
import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.report_texts import REPORT


def records(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_jsonl_is_a_record_a_line(baogao: Run) -> None:
    found = records(baogao("classify", "--format", "jsonl", data=REPORT.encode()))
    assert [one["line"] for one in found] == [1, 2, 3, 4, 5, 7, 8, 9, 10]
    assert list(found[4]) == ["line", "text", "label", "heading", "confidence", "probabilities", "heading_path"]
    assert found[4]["text"] == REPORT.split("\n")[4]
    assert found[4]["label"] == "problem"
    assert found[4]["heading_path"] == ["二、存在的问题"]
    assert found[3]["heading"] is True


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_encodings_are_read_alike_whatever_the_locale(baogao: Run, tmp_path: Path, encoding: str, locale: str) -> None:
    expected = baogao("classify", "--format", "jsonl", data=REPORT.encode()).stdout
    env = {"LC_ALL": locale, "LANG": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    data = REPORT.encode(encoding)
    (tmp_path / "报告.txt").write_bytes(data)
    assert baogao("classify", "--format", "jsonl", data=data, env=env).stdout == expected
    assert baogao("classify", "--format", "jsonl", "报告.txt", env=env).stdout == expected


def test_text_for_people_has_no_colour_when_piped(baogao: Run) -> None:
    text = baogao("classify", data=REPORT.encode()).stdout.decode()
    assert "\x1b" not in text
    assert "问题" in text and "二、存在的问题" in text
    assert "无关 2 行" in text


def test_text_has_colour_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(REPORT, "utf-8")
    master, slave = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"}
    command = [sys.executable, "-m", "classifier", "classify", "a.txt"]
    with subprocess.Popen(command, stdout=slave, cwd=tmp_path, env=environment) as process:
        os.close(slave)
        shown = b""
        try:
            while part := os.read(master, 65536):
                shown += part
        except OSError:  # the terminal closes with the command
            pass
        assert process.wait() == 0
    os.close(master)
    assert b"\x1b[2m" in shown
    assert "二、存在的问题" in shown.decode()


def test_three_and_chinese_names(baogao: Run) -> None:
    plain = records(baogao("classify", "--format", "jsonl", data=REPORT.encode()))
    three = records(baogao("classify", "--format", "jsonl", "--three", "--zh", data=REPORT.encode()))
    names = {"achievement": "成绩", "measure": "措施", "problem": "问题", "unrelated": "无关"}
    for before, after in zip(plain, three, strict=True):
        chances = before["probabilities"]
        assert isinstance(chances, dict)
        best = max(("achievement", "measure", "problem"), key=lambda name: chances[name])
        assert after["label"] == names["unrelated" if before["label"] == "unrelated" else best]
        assert set(after["probabilities"]) == set(names.values())  # type: ignore[call-overload]


def test_only_drop_and_threshold(baogao: Run) -> None:
    data = REPORT.encode()
    only = records(baogao("classify", "--format", "jsonl", "--only", "problem", "--only", "措施", data=data))
    assert {one["label"] for one in only} == {"problem", "measure"}
    dropped = records(baogao("classify", "--format", "jsonl", "--drop-unrelated", data=data))
    assert len(dropped) == 7
    unsure = records(baogao("classify", "--format", "jsonl", "--min-confidence", "1", data=data))
    assert len(unsure) == 9
    assert all(one["uncertain"] is (one["confidence"] < 1) for one in unsure)  # type: ignore[operator]


def test_csv_json_and_markdown(baogao: Run) -> None:
    data = REPORT.encode()
    rows = list(csv.DictReader(io.StringIO(baogao("classify", "--format", "csv", data=data).stdout.decode())))
    assert [row["line"] for row in rows] == ["1", "2", "3", "4", "5", "7", "8", "9", "10"]
    assert rows[4]["text"] == REPORT.split("\n")[4]
    whole = json.loads(baogao("classify", "--format", "json", data=data).stdout)
    assert [line["line"] for line in whole["lines"]] == [int(row["line"]) for row in rows]
    digest = baogao("classify", "--format", "markdown", data=data).stdout.decode()
    parts = re.split(r"^# (成绩|措施|问题)\n", digest, flags=re.M)
    assert parts[1::2] == ["成绩", "措施", "问题"]
    assert "渠道清淤" in parts[2] and "集中培训" in parts[4] and "管护人员偏少" in parts[6]
    assert "数学教学反思" not in digest


def test_several_files_say_which_is_which_and_one_bad_one_stops_no_other(baogao: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲村总结\n修路三公里。\n", "utf-8")
    (tmp_path / "b.txt").write_text("乙村总结\n人手不足。\n", "gb18030")
    found = records(baogao("classify", "--format", "jsonl", "a.txt", "b.txt"))
    assert [one["source"] for one in found] == ["a.txt", "a.txt", "b.txt", "b.txt"]
    done = baogao("classify", "--format", "jsonl", "a.txt", "missing.txt")
    assert done.returncode == 1
    assert "missing.txt: there is no such file" in done.stderr.decode()
    assert len(done.stdout.splitlines()) == 2


BAD = {
    "empty": b"",
    "blank": "\n \u3000\n\r\n".encode(),
    "program": b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 20,
    "random bytes": bytes(range(256)) * 40,
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "docx": b"PK\x03\x04" + bytes(100),
    "only NULs": bytes(1000),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_report_gets_one_clear_line_and_exit_code_2(baogao: Run, kind: str) -> None:
    done = baogao("classify", data=BAD[kind])
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode().startswith("baogao: standard input: ")


@pytest.mark.parametrize(
    "arguments", [["missing.txt"], ["."], ["--only", "success"], ["--min-confidence", "2"], ["--format", "xml"]]
)
def test_wrong_use_exits_with_2(baogao: Run, arguments: list[str]) -> None:
    done = baogao("classify", *arguments, data="一行。".encode())
    assert (done.returncode, done.stdout) == (2, b"")
    assert arguments[-1].encode() in done.stderr or arguments[-1] == "."


def test_nuls_surrogates_and_mixed_line_ends_lose_no_line(baogao: Run) -> None:
    text = "甲村总结\r\n修路\x00三公里。\r人手不足。\n\n明年修\u200b桥。"
    found = records(baogao("classify", "--format", "jsonl", data=text.encode()))
    assert [one["text"] for one in found] == ["甲村总结", "修路\x00三公里。", "人手不足。", "明年修\u200b桥。"]
    assert [one["line"] for one in found] == [1, 2, 3, 5]
    lone = codecs.BOM_UTF16_LE + "甲村总结\n".encode("utf-16-le") + b"\x00\xd8" + "修路三公里。".encode("utf-16-le")
    assert len(records(baogao("classify", "--format", "jsonl", data=lone))) == 2


def test_one_bad_line_costs_one_line(baogao: Run) -> None:
    data = (
        "甲村总结\n修路三公里。\n".encode()
        + "乙村人手不足，设备老化，问题不少。\n".encode("gb18030")
        + b"\xff\xfe\xfd\x80\n"
        + "明年修桥。".encode()
    )
    done = baogao("classify", "--format", "jsonl", data=data)
    found = records(done)
    assert [one["line"] for one in found] == [1, 2, 3, 4, 5]
    assert found[2]["text"] == "乙村人手不足，设备老化，问题不少。"
    assert "line 4" in done.stderr.decode()


@pytest.mark.slow
def test_one_line_of_5_mb_and_200_000_lines(baogao: Run) -> None:
    long = "全镇修路三公里，人手不足，明年继续。" * 100_000
    found = records(baogao("classify", "--format", "jsonl", data=long.encode()))
    assert [one["text"] for one in found] == [long]
    many = "".join(f"第{number}村修路三公里。\n" for number in range(200_000))
    assert [one["line"] for one in records(baogao("classify", "--format", "jsonl", data=many.encode()))] == list(
        range(1, 200_001)
    )


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("修路三公里。\n" * 20_000, "utf-8")
    command = f"{sys.executable} -m classifier classify a.txt | head -n 1"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=True)
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_version_names_what_the_answers_depend_on(baogao: Run) -> None:
    text = baogao("--version").stdout.decode()
    for name in ("baogao", "model", "python", "scikit-learn", "jieba", "tokenizer"):
        assert re.search(rf"^{name} \S+", text, flags=re.M), name


def test_no_verb_shows_help_and_is_wrong_use(baogao: Run) -> None:
    done = baogao()
    assert done.returncode == 2
    assert b"classify" in done.stderr
