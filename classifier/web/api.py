"""The answers over HTTP. Each one reads its body, does its work in a thread, and answers in JSON."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from classifier.corpus import CorpusError
from classifier.corpus.corrections import Correction, parse_correction
from classifier.encoding import BinaryInputError, decode
from classifier.labels import LABELS, Label
from classifier.model import Model
from classifier.render import View, record
from classifier.report import ClassifiedReport
from classifier.web.evidence import evidence
from classifier.web.exports import EXPORTS
from classifier.web.intake import JSON_TYPE, Fields, media_type, parse_json, read_body
from classifier.web.journal import Journal
from classifier.web.openapi import NAME_LIMIT, description
from classifier.web.problems import JsonAnswer, RefusedError
from classifier.web.reading import read_file
from classifier.web.relabel import relabel
from classifier.web.review import Review
from classifier.web.settings import Settings
from classifier.web.stoppable import stoppable
from classifier.web.work import Ticket, Works

T = TypeVar("T")

LINE_LIMIT = 100_000
"""Lines of one text, blank ones included: 100,000 need 600 MB and 3 s; a long report has a thousand."""

STOPPABLE_CHARACTERS = 100_000
"""A text from here on (a tenth of a second of work) is given up between the steps of its classification."""

EXPLAIN_LIMIT = 20_000
"""Characters of a line that is explained: nobody looks at the words of more."""


@dataclass(frozen=True)
class Service:
    """What the answers are made from."""

    model: Model
    settings: Settings
    works: Works
    journal: Journal
    review: Review | None = None

    @property
    def file_name(self) -> str:
        """The corrections file as clients are told of it: beyond this machine, its folder is nobody's business."""
        return str(self.journal.path) if self.settings.loopback else self.journal.path.name

    async def classify(self, request: Request) -> Response:
        """`POST /api/classify`."""
        kind = _accept(request, (JSON_TYPE, "text/plain"))

        def work(data: bytes, ticket: Ticket) -> dict[str, Any]:
            if kind == JSON_TYPE:
                fields = Fields(parse_json(data), ("text", "doc", "three", "zh", "min_confidence"))
                text, doc = fields.text("text"), fields.text("doc", "", longest=NAME_LIMIT)
                view = View(
                    three=fields.flag("three"), chinese=fields.flag("zh"), min_confidence=fields.share("min_confidence")
                )
            else:
                text, doc, view = _plain_text(data), "", View()
            report = self._classified(text, ticket)
            doc = doc or document_name(report)
            known = self.journal.labels(doc, [line.text for line in report.lines])
            records = []
            for number, line in enumerate(view.apply(report).lines):
                if number % 1000 == 0:
                    ticket.check()
                records.append(record(line, view))
            return {
                "model": self.model.manifest.version,
                "doc": doc,
                "counts": {view.name(label): count for label, count in view.apply(report).counts().items()},
                "lines": records,
                "corrections": [
                    {"line": report.lines[index].number, "label": view.name(label)} for index, label in known.items()
                ],
            }

        return JsonAnswer(await self._work(request, work))

    async def explain(self, request: Request) -> Response:
        """`POST /api/explain`."""
        _accept(request, (JSON_TYPE,))

        def work(data: bytes, ticket: Ticket) -> dict[str, Any]:
            fields = Fields(parse_json(data), ("text", "label"))
            text = fields.text("text", longest=EXPLAIN_LIMIT)
            found = evidence(self.model.compact, text.replace("\n", " "), Label(fields.choice("label", LABELS)))
            return {
                "label": found.label,
                "alone": {label.value: round(chance, 6) for label, chance in found.alone.items()},
                "words": [vars(push) for push in found.words],
                "sentences": [vars(push) for push in found.sentences],
            }

        return JsonAnswer(await self._work(request, work))

    async def read(self, request: Request) -> Response:
        """`POST /api/read`: a file's text."""
        kind = media_type(request)

        def work(data: bytes, ticket: Ticket) -> dict[str, Any]:
            found = read_file(data, kind)
            return {
                "text": found.text,
                "kind": found.kind,
                "encoding": found.encoding,
                "replaced_lines": list(found.replaced_lines),
            }

        return JsonAnswer(await self._work(request, work))

    async def export(self, request: Request) -> Response:
        """`POST /api/export`: a file to take away."""
        _accept(request, (JSON_TYPE,))

        def work(data: bytes, ticket: Ticket) -> tuple[bytes, str, str]:
            fields = Fields(parse_json(data), ("text", "format", "title", "labels"))
            form = EXPORTS[fields.choice("format", list(EXPORTS))]
            title = fields.text("title", "", longest=NAME_LIMIT)
            labels = _labels(fields.values.get("labels", {}))
            report = relabel(self._classified(fields.text("text"), ticket), labels)
            ticket.check()
            return form.make(report, title), form.media_type, (title or "report") + form.suffix

        content, kind, name = await self._work(request, work)
        disposition = f"attachment; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
        return Response(content, media_type=kind, headers={"content-disposition": disposition})

    async def correct(self, request: Request) -> Response:
        """`POST /api/corrections`: keep one correction."""
        _accept(request, (JSON_TYPE,))

        def work(data: bytes, ticket: Ticket) -> dict[str, Any]:
            correction = self._correction(parse_json(data))
            try:
                self.journal.append(correction)
            except OSError as error:
                message = f"{self.file_name} cannot be written: {error.strerror or error}"
                raise RefusedError(507, "not_saved", message) from None
            return {"saved": True, "time": correction.time, "file": self.file_name}

        return JsonAnswer(await self._work(request, work), 201)

    async def about(self, request: Request) -> Response:
        """`GET /api/model`."""
        manifest = self.model.manifest
        labels = [{"name": label.value, "chinese": label.chinese, "colour": label.colour} for label in LABELS]
        return JsonAnswer(
            {
                "version": manifest.version,
                "created": manifest.created,
                "labels": labels,
                "corpus": dict(manifest.corpus),
                "versions": dict(manifest.versions),
                "scores": dict(manifest.scores),
                "limits": {"body": self.settings.body_limit, "lines": LINE_LIMIT},
                "corrections": self.file_name,
                "review": self.review.file if self.review else None,
            }
        )

    async def reviewed(self, request: Request) -> Response:
        """`GET /api/review`: which lines wait for a label, and which have got one."""
        review = self._reviewing()
        return JsonAnswer(await run_in_threadpool(review.state, self.journal))

    async def asked(self, request: Request) -> Response:
        """`GET /api/review/{number}`: one of those lines, with the document around it."""
        review, number = self._reviewing(), request.path_params["number"]
        found = review.text(number)
        if found is None:
            raise RefusedError(404, "not_found", f"there is no line {str(number)[:20]}; {len(review.asked)} are asked for")
        return JsonAnswer(found)

    def _reviewing(self) -> Review:
        if self.review is None:
            raise RefusedError(404, "not_reviewing", "no lines wait for a label here; start with `baogao serve --review FILE`")
        return self.review

    async def health(self, request: Request) -> Response:
        """`GET /health`."""
        return JsonAnswer({"status": "ok", "model": self.model.manifest.version, "working": self.works.taken})

    async def openapi(self, request: Request) -> Response:
        """`GET /openapi.json`."""
        return JsonAnswer(description(self.settings))

    async def _work(self, request: Request, work: Callable[[bytes, Ticket], T]) -> T:
        async with self.works.place() as ticket:
            data = await read_body(request, self.settings.body_limit, self.settings.body_pause)
            return await self.works.run(request, ticket, len(data), lambda: work(data, ticket))

    def _classified(self, text: str, ticket: Ticket) -> ClassifiedReport:
        ticket.check()
        lines = text.count("\n") + text.count("\r")
        if lines > LINE_LIMIT:
            raise RefusedError(
                413, "too_many_lines", f"the text has {lines} lines, and {LINE_LIMIT} is the limit; send it in parts"
            )
        # Making a model of one's own for a request is too dear for short texts, which are done before anybody can hang up.
        model = stoppable(self.model, ticket.check) if len(text) > STOPPABLE_CHARACTERS else self.model
        report = model.classify(text)
        ticket.check()
        return report

    def _correction(self, value: Any) -> Correction:
        fields = Fields(value, ("doc", "source", "line", "old", "new", "lines"))
        if not isinstance(fields.values.get("lines"), list):
            raise RefusedError(422, "wrong_shape", "'lines' must be a list of the document's lines")
        kept: dict[str, Any] = {"doc": fields.text("doc", longest=NAME_LIMIT), "lines": fields.values["lines"]}
        kept["line"] = fields.whole("line", 1, LINE_LIMIT)
        kept["old"], kept["new"] = fields.choice("old", LABELS), fields.choice("new", LABELS)
        if source := fields.text("source", "", longest=NAME_LIMIT):
            kept["source"] = source
        for number, line in enumerate(kept["lines"], 1):
            one = Fields(line, ("text", "label", "heading"), f"line {number} of 'lines'")
            one.text("text"), one.choice("label", LABELS), one.flag("heading")
        kept["time"] = datetime.now(UTC).isoformat(timespec="milliseconds")
        kept["model"] = self.model.manifest.version
        try:
            return parse_correction(kept, "the correction")
        except CorpusError as error:
            raise RefusedError(422, "wrong_shape", str(error)) from None


def document_name(report: ClassifiedReport) -> str:
    """A name for a report's text, the same whenever it is pasted again."""
    texts = "\n".join(line.text for line in report.lines)
    return "page-" + hashlib.sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _accept(request: Request, kinds: tuple[str, ...]) -> str:
    kind = media_type(request)
    if kind not in kinds:
        request.state.unread = True
        message = f"the body must be {' or '.join(kinds)}; its Content-Type says {kind[:60]!r}"
        raise RefusedError(415, "wrong_type", message)
    return kind


def _plain_text(data: bytes) -> str:
    try:
        return decode(data).text
    except BinaryInputError as error:
        try:
            return data.decode("utf-8")  # odd, but the client says that it is text, and it can be
        except UnicodeDecodeError:
            raise RefusedError(422, "not_text", f"{error}; send text, or a file to /api/read first") from None


def _labels(value: Any) -> dict[int, Label]:
    fields = Fields(value, value if isinstance(value, dict) else (), "'labels'")
    labels: dict[int, Label] = {}
    for name in fields.values:
        if not (name.isascii() and name.isdigit() and len(name) < 9):
            raise RefusedError(422, "wrong_shape", f"'labels' has line numbers as its names, got {name[:40]!r}")
        labels[int(name)] = Label(fields.choice(name, LABELS))
    return labels
