"""`baogao clean` beside datatrove's filters over JSONL and small files, and trafilatura's batch mode over HTML."""

import html
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.ratios import Ratios, alternate, seconds, times_better
from tests.benchmarks.texts import varied

DATATROVE = """
import sys
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import C4QualityFilter, GopherQualityFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.typeshelper import Languages

if __name__ == "__main__":
    source, out, jobs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    chinese = Languages.mandarin_chinese
    steps = [
        JsonlReader(source),
        C4QualityFilter(filter_no_terminal_punct=False, min_num_sentences=-1, min_words_per_line=-1, max_word_length=-1,
                        language=chinese),
        GopherQualityFilter(min_avg_word_length=1, max_avg_word_length=10, min_stop_words=2, language=chinese,
                            stop_words=["的", "了", "和", "是", "在"]),
        JsonlWriter(out, compression=None),
    ]
    LocalPipelineExecutor(steps, tasks=jobs, workers=jobs, logging_dir=out + "-logs").run()
"""
"""The settings of `clean_rivals`, its words cut by datatrove's own tokenizer for Chinese."""


def write_inputs(home: Path, characters: int) -> None:
    """The same documents as two JSONL files, as a folder of small ones, and as HTML pages."""
    texts = list(varied(characters))
    for name in ("jsonl", "folder", "html"):
        (home / name).mkdir()
    rows = [json.dumps({"id": str(number), "text": text}, ensure_ascii=False) for number, text in enumerate(texts)]
    for part in (0, 1):
        (home / "jsonl" / f"{part}.jsonl").write_text("\n".join(rows[part::2]) + "\n", "utf-8")
    for number, (text, row) in enumerate(zip(texts, rows, strict=True)):
        (home / "folder" / f"{number}.jsonl").write_text(row + "\n", "utf-8")
        body = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n"))
        (home / "html" / f"{number}.html").write_text(f"<html><body><article>{body}</article></body></html>", "utf-8")


def measure(millions: float, repeats: int) -> Ratios:
    """What each rival takes over what we take, whole commands; rivals that are not installed are left out."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_inputs(home, int(millions * 1e6))
        (home / "datatrove.py").write_text(DATATROVE, "utf-8")

        def run(*command: str) -> float:
            shutil.rmtree(home / "out", ignore_errors=True)
            shutil.rmtree(home / "out-logs", ignore_errors=True)
            return seconds(lambda: subprocess.run([sys.executable, *command], capture_output=True, check=True))

        def ours(kind: str, jobs: int) -> Callable[[], float]:
            more = ("--output", str(home / "out"), "--jobs", str(jobs), "--quiet")
            return lambda: run("-m", "classifier", "clean", str(home / kind), *more)

        def datatrove(kind: str, jobs: int) -> Callable[[], float]:
            return lambda: run(str(home / "datatrove.py"), str(home / kind), str(home / "out"), str(jobs))

        def trafilatura(jobs: int) -> Callable[[], float]:
            folders = ("--input-dir", str(home / "html"), "--output-dir", str(home / "out"), "--parallel", str(jobs))
            return lambda: run("-m", "trafilatura.cli", *folders)

        runs: dict[str, Callable[[], float]] = {}
        kinds = ("jsonl", "folder", "html")
        for jobs in (1, 2):
            for kind in kinds:
                runs[f"ours {kind} {jobs}"] = ours(kind, jobs)
            if importlib.util.find_spec("datatrove"):
                runs |= {f"datatrove {kind} {jobs}": datatrove(kind, jobs) for kind in kinds[:2]}
            if importlib.util.find_spec("trafilatura"):
                runs[f"trafilatura html {jobs}"] = trafilatura(jobs)
        taken = alternate(runs, repeats)
    ratios: Ratios = {}
    for name, times in taken.items():
        rival, kind, jobs = name.split()
        if rival != "ours":
            ratios[f"clean {kind}, {jobs} processes, time of {rival} over ours"] = times_better(
                times, taken[f"ours {kind} {jobs}"]
            )
    for kind in kinds[:2]:
        ratios[f"clean {kind}, one process's time over two's"] = times_better(taken[f"ours {kind} 1"], taken[f"ours {kind} 2"])
    return ratios
