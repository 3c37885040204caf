"""`baogao clean` as a user runs it."""

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from classifier.cleaning import MissingLibraryError
from classifier.cleaning.formats.parquet import _pyarrow
from tests.clean.tools import balanced, ledger, outputs
from tests.conftest import Run
from tests.report_texts import REPORT

KEPT = "".join(REPORT.splitlines(keepends=True)[:8])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "乡镇").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text(REPORT, "utf-8")
    (tmp_path / "in" / "乡镇" / "b.txt").write_text(REPORT, "gb18030")
    (tmp_path / "in" / "c.jsonl").write_text(json.dumps({"id": 7, "body": REPORT}) + "\n", "utf-8")
    return tmp_path


def test_a_folder_comes_back_clean(baogao: Run, folder: Path) -> None:
    done = baogao("clean", "in", "--output", "out", "--text-field", "body", "--id-field", "id", "--removed", "gone")
    assert done.returncode == 0, done.stderr.decode()
    total = json.loads(done.stdout)
    assert total == json.loads((folder / "out" / "summary.json").read_text("utf-8"))
    balanced(folder / "out")
    assert outputs(folder / "out").keys() == {"a.txt", "乡镇/b.txt", "c.jsonl"}
    assert (folder / "out" / "乡镇" / "b.txt").read_text("utf-8") == (folder / "out" / "a.txt").read_text("utf-8") == KEPT
    gone = [json.loads(line) for line in (folder / "gone" / "c.jsonl.removed.jsonl").read_text("utf-8").splitlines()]
    assert [(one["id"], one["line"], one["reason"]) for one in gone] == [("7", 9, "unrelated"), ("7", 10, "unrelated")]
    assert all(0.5 < one["score"] <= 1 and one["text"] in REPORT for one in gone)
    page = (folder / "out" / "summary.html").read_text("utf-8")
    assert "上一篇：小学三年级数学教学反思" in page and "http" not in page.replace("http://www.w3.org", "")
    # A second run does nothing and says the same.
    again = baogao("clean", "in", "--output", "out", "--text-field", "body", "--id-field", "id", "--removed", "gone")
    assert json.loads(again.stdout) == total


def test_patterns_standard_input_and_several_folders(baogao: Run, folder: Path) -> None:
    assert baogao("clean", "in/**/*.txt", "--output", "o1", "--quiet").returncode == 0
    assert outputs(folder / "o1").keys() == {"in/a.txt", "in/乡镇/b.txt"}
    done = baogao("clean", "-", "--output", "o2", data=REPORT.encode("gb18030"))
    assert done.returncode == 0 and outputs(folder / "o2") == {"stdin.txt": KEPT.encode()}
    (folder / "other").mkdir()
    (folder / "other" / "a.txt").write_text(REPORT, "utf-8")
    assert baogao("clean", "in/乡镇", "other", "in/a.txt", "--output", "o3").returncode == 0
    assert outputs(folder / "o3").keys() == {"in/乡镇/b.txt", "other/a.txt", "in/a.txt"}


def test_one_bad_source_stops_no_other(baogao: Run, folder: Path) -> None:
    (folder / "in" / "bad.txt").write_bytes(b"%PDF-1.7 ...")
    (folder / "in" / "pic.png").write_bytes(b"\x89PNG")
    done = baogao("clean", "in", "--output", "out", "--text-field", "body")
    assert done.returncode == 1
    assert "in/bad.txt: this is a PDF, not text" in done.stderr.decode()
    assert "pic.png" not in done.stderr.decode() and "1 files of other formats" in done.stderr.decode()
    assert {one["source"]: one["status"] for one in ledger(folder / "out")} == {
        "a.txt": "done", "bad.txt": "failed", "c.jsonl": "done", "pic.png": "skipped", "乡镇/b.txt": "done",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing"], "there is no such file or folder"),
        (["in", "--keep", "success"], "unknown label"),
        (["in", "--threshold", "2"], "from 0 to 1"),
        (["in", "--annotate", "--dedupe"], "--annotate removes nothing"),
        (["empty"], "there are no files in it"),
        (["in", "--output", "in"], "the output folder is the input folder"),
        (["in", "--output", "in/a.txt"], "--output in/a.txt: this is a file; name a folder"),
        (["in", "--removed", "in/a.txt"], "--removed in/a.txt: this is a file; name a folder"),
        (["in", "--encoding", "utf9"], "--encoding utf9: Python knows no text encoding"),
        (["in", "--encoding", "hex"], "--encoding hex: Python knows no text encoding"),
        (["in", "--annotate", "--removed", "gone"], "--annotate removes nothing that --removed could write"),
        (["in", "--from-annotated"], "nothing of it is read: in/a.txt is no annotated file"),
        ([""], "an empty name"),
    ],
)
def test_wrong_use_does_nothing(baogao: Run, folder: Path, arguments: list[str], said: str) -> None:
    (folder / "empty").mkdir()
    done = baogao("clean", *(["--output", "out"] if "--output" not in arguments else []), *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert not outputs(folder / "out") if (folder / "out").exists() else True


def test_what_runs_write_is_no_source_of_theirs_or_another(baogao: Run, folder: Path) -> None:
    first = ["clean", "in", "--output", "in/out", "--removed", "in/gone", "--text-field", "body"]
    assert json.loads(baogao(*first).stdout) == json.loads(baogao(*first).stdout)
    assert len(ledger(folder / "in" / "out")) == 3
    done = baogao("clean", "in", "--output", "out", "--text-field", "body", "--removed", "in/gone")
    assert done.returncode == 0, done.stderr.decode()
    skipped = [(one["source"], one["reason"]) for one in ledger(folder / "out") if one["status"] == "skipped"]
    assert [name for name, _ in skipped] == ["out/"] and "output folder of another baogao clean" in skipped[0][1]
    # Named by itself, it is cleaned again, its account left out.
    done = baogao("clean", "in/out", "--output", "again", "--text-field", "body")
    assert done.returncode == 0, done.stderr.decode()
    assert outputs(folder / "again") == outputs(folder / "in" / "out")


def test_annotate_says_that_it_removed_nothing(baogao: Run, folder: Path) -> None:
    assert "nothing was removed" in baogao("clean", "in/a.txt", "--output", "o", "--annotate").stderr.decode()


def test_standard_input_of_two_runs_is_not_mixed(baogao: Run, folder: Path) -> None:
    command = [sys.executable, "-m", "classifier", "clean", "-", "--output", "out"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=folder) as first:
        while not (folder / "out" / ".baogao" / "stdin.lock").exists():
            assert first.poll() is None
        time.sleep(0.2)
        second = baogao("clean", "-", "--output", "out", data="另一份。".encode())
        assert second.returncode == 2 and b"another baogao clean" in second.stderr
        first.communicate(REPORT.encode())
        assert first.returncode == 0
    assert outputs(folder / "out") == {"stdin.txt": KEPT.encode()}
    assert not (folder / "out" / ".baogao" / "stdin").exists()


def test_two_sources_of_one_name_are_refused(baogao: Run, folder: Path) -> None:
    done = baogao(
        "clean", str(folder / "in" / "a.txt"), "in/a.txt", str(folder / "in" / "乡镇" / ".." / "a.txt"), "--output", "out"
    )
    assert done.returncode == 2 and b"would both be written to a.txt" in done.stderr


def test_keep_min_lines_repair_and_formats(baogao: Run, folder: Path) -> None:
    assert baogao("clean", "in/a.txt", "--output", "o1", "--keep", "problem", "措施").returncode == 0
    kept = outputs(folder / "o1")["in/a.txt"].decode()
    assert "人手" not in kept and "管护人员偏少" in kept and "全年完成渠道清淤" not in kept
    assert baogao("clean", "in/a.txt", "--output", "o2", "--min-report-lines", "50").returncode == 0
    assert outputs(folder / "o2") == {} and ledger(folder / "o2")[0]["dropped"] == {"no report": 1}
    (folder / "r.txt").write_text(REPORT.replace("渠道", "渠\u200b道").replace("，", "&nbsp;，"), "utf-8")
    assert baogao("clean", "r.txt", "--output", "o3").returncode == 0
    assert baogao("clean", "r.txt", "--output", "o4", "--repair").returncode == 0
    assert "渠\u200b道" in outputs(folder / "o3")["r.txt"].decode()
    assert "渠道清淤18公里 ，" in outputs(folder / "o4")["r.txt"].decode()
    assert baogao("clean", "in/a.txt", "--output", "o5", "--output-format", "jsonl").returncode == 0
    record = json.loads(outputs(folder / "o5")["in/a.txt.jsonl"])
    assert record["text"] == KEPT and [one["label"] for one in record["lines"]].count("unrelated") == 0


def test_annotate_and_filter(baogao: Run, folder: Path) -> None:
    assert baogao("clean", "in", "--output", "notes", "--annotate", "--text-field", "body").returncode == 0
    lines = (folder / "notes" / "a.txt.annotated.jsonl").read_text("utf-8").splitlines()
    assert len(json.loads(lines[1])["lines"]) == 9
    for target, more in (("o1", ["in", "--text-field", "body"]), ("o2", ["notes", "--from-annotated"])):
        assert baogao("clean", *more, "--output", target, "--threshold", "0.3").returncode == 0
    assert outputs(folder / "o1") == outputs(folder / "o2") != {}
    torn = (folder / "notes" / "a.txt.annotated.jsonl").read_bytes()
    (folder / "notes" / "a.txt.annotated.jsonl").write_bytes(torn[:-30])
    done = baogao("clean", "notes", "--output", "o3", "--from-annotated")
    assert done.returncode == 1 and "a.txt" not in outputs(folder / "o3")


def test_progress_as_json_quiet_and_on_a_terminal(baogao: Run, folder: Path) -> None:
    done = baogao("clean", "in", "--output", "o1", "--text-field", "body", "--progress", "json", "--quiet")
    last = json.loads(done.stderr.decode().splitlines()[-1])
    assert last["documents"] == 3 and last["sources"] == last["sources_total"] == 3 and last["share_removed"] > 0
    assert baogao("clean", "in/a.txt", "--output", "o2", "--quiet").stderr == b""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "classifier", "clean", "in/a.txt", "--output", "o3"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=slave, cwd=folder) as process:
        os.close(slave)
        shown = b""
        try:
            while part := os.read(master, 65536):
                shown += part
        except OSError:
            pass
        assert process.wait() == 0
    os.close(master)
    assert "documents" in shown.decode() and "removed" in shown.decode()


def test_a_line_over_the_limit_costs_one_line(baogao: Run, folder: Path) -> None:
    (folder / "l.txt").write_text(REPORT + "长" * 2000 + "\n尾行。\n", "utf-8")
    done = baogao("clean", "l.txt", "--output", "out", "--max-line-bytes", "1000")
    assert done.returncode == 1 and "over the limit of 1000 (--max-line-bytes)" in done.stderr.decode()
    assert ledger(folder / "out")[0]["lines"]["failed"] == 1
    assert outputs(folder / "out")["l.txt"].decode().startswith(KEPT)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingLibraryError, match=r"pip install 'baogao\[parquet\]'"):
        _pyarrow()


def test_two_runs_in_one_folder_are_told_apart(baogao: Run, folder: Path) -> None:
    import fcntl

    (folder / "out" / ".baogao").mkdir(parents=True)
    with (folder / "out" / ".baogao" / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = baogao("clean", "in", "--output", "out")
    assert done.returncode == 2 and b"another baogao clean" in done.stderr
