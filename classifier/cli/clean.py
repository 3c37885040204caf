"""`baogao clean`: a folder of scraped documents without their unrelated lines."""

import argparse
import json
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli.exits import FAILED, OK, CommandError
from classifier.cli.inputs import STANDARD_INPUT, open_model
from classifier.cli.progress import ProgressLine
from classifier.cli.values import label, positive, share

if TYPE_CHECKING:
    from classifier.cleaning.options import CleaningOptions, FileOptions
    from classifier.cleaning.run import Progress
    from classifier.cleaning.summary import Summary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    from classifier.cleaning.formats import FORMATS
    from classifier.cleaning.options import THRESHOLD, Limits

    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="files, folders, ZIP archives, patterns such as 'in/**/*.txt', or - for standard input",
    )
    parser.add_argument("--output", required=True, metavar="DIR", help="folder of the outputs, ledger and summary")
    reading = parser.add_argument_group("reading")
    reading.add_argument("--input-format", choices=tuple(FORMATS), help="for all inputs, whatever their suffix")
    reading.add_argument("--text-field", default="text", metavar="NAME", help="field or column of the text (default: text)")
    reading.add_argument("--id-field", metavar="NAME", help="field or column that names a document")
    reading.add_argument("--encoding", help="encoding of all inputs; found out file by file when not given")
    judging = parser.add_argument_group("what goes")
    judging.add_argument(
        "--threshold", type=share, default=THRESHOLD, metavar="P",
        help="a line goes when its probability of being unrelated is at least this; lower removes more noise "
        "and loses more of the reports (default: %(default)s)",
    )  # fmt: skip
    judging.add_argument("--keep", nargs="+", type=label, metavar="LABEL", help="keep lines of these labels alone")
    judging.add_argument(
        "--min-report-lines",
        type=_count,
        default=1,
        metavar="N",
        help="drop documents with fewer lines that belong to a report (default: 1)",
    )
    judging.add_argument("--dedupe", action="store_true", help="drop documents and paragraphs seen before in the run")
    writing = parser.add_argument_group("writing")
    writing.add_argument("--repair", action="store_true", help="write repaired text, not the source's own characters")
    writing.add_argument("--removed", type=Path, metavar="DIR", help="write every removed line here, with reason and score")
    writing.add_argument("--annotate", action="store_true", help="remove nothing; write documents with labels and scores")
    writing.add_argument("--from-annotated", action="store_true", help="the inputs are what --annotate wrote; no model is run")
    writing.add_argument("--output-encoding", choices=("utf-8", "source"), default="utf-8", help="default: utf-8")
    writing.add_argument("--output-format", choices=("same", "jsonl", "parquet"), default="same",
                         help="default: the source's own; with --engine: parquet")  # fmt: skip
    work = parser.add_argument_group("at work")
    work.add_argument("--jobs", type=positive, metavar="N", help="processes (default: 1; with --engine: 9 processors of 10)")
    work.add_argument(
        "--engine", choices=("ray",), help="clean on Ray: inputs and output may be addresses such as s3://bucket/key"
    )
    work.add_argument("--address", metavar="HOST:PORT", help="a Ray cluster that is there (default: one on this machine)")
    work.add_argument(
        "--shard", metavar="I/N", help="clean the I-th of N parts of the sources; `baogao summary merge` adds the parts up"
    )
    limits = Limits()
    work.add_argument(
        "--max-line-bytes", type=positive, default=limits.line_bytes, metavar="N", help=f"default: {limits.line_bytes}"
    )
    work.add_argument(
        "--max-document-bytes", type=positive, default=limits.document_bytes, metavar="N",
        help=f"of an HTML or DOCX file (default: {limits.document_bytes})",
    )  # fmt: skip
    work.add_argument(
        "--max-ratio",
        type=positive,
        default=limits.ratio,
        metavar="N",
        help=f"unpacked to packed bytes (default: {limits.ratio})",
    )
    work.add_argument("--progress", choices=("auto", "json", "none"), default="auto", help="default: a bar on a terminal")
    work.add_argument("--quiet", action="store_true", help="say nothing on stderr but what failed")
    work.add_argument("--model", metavar="DIR", help="folder of another model than the shipped one")


def run(options: argparse.Namespace) -> int:
    """Clean, and print the summary's sums on stdout."""
    from classifier.cleaning.errors import CleaningError, UsageError
    from classifier.cleaning.run import Run
    from classifier.cleaning.shards import of_shard, parse_shard
    from classifier.cleaning.sources import find_sources

    if options.engine:
        from classifier.cli.clean_engine import run_engine

        return run_engine(options)
    _only_here(options)
    output = Path(options.output)
    model = open_model(options.model)
    line = ProgressLine(_style(options))
    last: list[Progress] = []

    def report(progress: "Progress") -> None:
        last[:] = [progress]
        line(progress)

    stack = ExitStack()
    try:
        judged, files = cleaning_options(options)
        inputs = _with_standard_input(options, output, stack)
        sources = find_sources(
            inputs, output, removed=options.removed, input_format=options.input_format, annotated=options.from_annotated
        )
        if options.shard and sources:
            sources = of_shard(sources, *parse_shard(options.shard))
        elif not sources:
            raise UsageError(f"{', '.join(options.inputs)}: there are no files in it")
        done = Run(sources, output, model, judged, files, options.removed, options.jobs or 1, report, line.say).execute()
    except UsageError as error:
        raise CommandError(str(error)) from None
    except CleaningError as error:
        raise CommandError(str(error), FAILED) from None
    finally:
        line.close(last[0] if last else None)
        stack.close()
    if not options.quiet:
        print(sentence(done, output / "summary.html"), file=sys.stderr)
        if options.annotate:
            print("--annotate: nothing was removed; the counts are what these options would do", file=sys.stderr)
    print(json.dumps(done.as_json(), ensure_ascii=False))
    return FAILED if done.failed else OK


def _only_here(options: argparse.Namespace) -> None:
    """Wrong use of what only an engine can."""
    if options.address:
        raise CommandError("--address names a cluster for --engine ray; give both or neither")
    if options.output_format == "parquet":
        raise CommandError("--output-format parquet is written by --engine ray alone; without it, Parquet sources stay Parquet")
    for name in (*options.inputs, options.output):
        if "://" in name:
            raise CommandError(f"{name}: addresses are read and written with --engine ray; without it, name a path")


def cleaning_options(options: argparse.Namespace) -> "tuple[CleaningOptions, FileOptions]":
    """What the arguments say about documents and files. UsageError where they contradict each other."""
    from classifier.cleaning.errors import UsageError
    from classifier.cleaning.options import CleaningOptions, FileOptions, Limits
    from classifier.labels import REPORT_LABELS

    if options.annotate and (options.from_annotated or options.output_format != "same" or options.dedupe or options.repair):
        raise UsageError(
            "--annotate removes nothing: give --from-annotated, --output-format, --dedupe and --repair to the run after it"
        )
    if options.annotate and options.removed:
        raise UsageError("--annotate removes nothing that --removed could write; give it to the run with --from-annotated")
    judged = CleaningOptions(
        keep=frozenset(options.keep or REPORT_LABELS),
        threshold=options.threshold,
        min_report_lines=options.min_report_lines,
        repair=options.repair,
        dedupe=options.dedupe,
    )
    files = FileOptions(
        text_field=options.text_field,
        id_field=options.id_field,
        input_format=options.input_format,
        encoding=options.encoding,
        output_encoding=options.output_encoding,
        output_format=options.output_format,
        annotate=options.annotate,
        from_annotated=options.from_annotated,
        limits=Limits(options.max_line_bytes, options.max_document_bytes, options.max_ratio),
    )
    return judged, files


def _with_standard_input(options: argparse.Namespace, output: Path, stack: ExitStack) -> list[str]:
    """The inputs, standard input copied to a file: what can be read twice can be hashed, and gone on with.

    The copy goes when `stack` closes; until then no other run may put its own in the place of it.
    """
    if STANDARD_INPUT not in options.inputs:
        return list(options.inputs)
    from classifier.cleaning.formats import format_named
    from classifier.cleaning.lock import locked
    from classifier.cleaning.sources import STATE_FOLDER

    folder: Path = output / STATE_FOLDER / "stdin"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"--output {output}: cannot be written: {error.strerror}", FAILED) from None
    stack.enter_context(locked(folder.with_name("stdin.lock")))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    path = (folder / f"stdin{format_named(options.input_format or 'text').suffixes[0]}").absolute()
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return [str(path) if one == STANDARD_INPUT else one for one in options.inputs]


def _style(options: argparse.Namespace) -> str:
    if options.progress == "json":
        return "json"
    if options.quiet or options.progress == "none":
        return "none"
    return "bar" if sys.stderr.isatty() else "none"


def sentence(done: "Summary", page: Path | str) -> str:
    """The run in one sentence, and what to look at."""
    lines, sources = done.lines, done.sources
    text = (
        f"{lines['read']} lines read = {lines['kept']} kept + {lines['removed']} removed + {lines['failed']} failed, "
        f"in {done.documents['read']} documents of {sources.total()} sources; see {page}"
    )
    if sources["failed"]:
        text += f"\n{sources['failed']} sources failed, whole or in part; the ledger tells why"
    if sources["skipped"]:
        text += f"\n{sources['skipped']} files of other formats were passed over; the ledger names them"
    return text


def _count(text: str) -> int:
    return 0 if text == "0" else positive(text)
