"""The HTTP face: what is asked and what is answered."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from classifier import Model
from classifier.render import View, record
from classifier.web.stoppable import stoppable
from classifier.web.work import AbandonedError
from tests.conftest import Run
from tests.report_texts import REPORT, TEXT
from tests.web.conftest import Server, Start

# The client is one for all examples: nothing of one request stays for the next, which is what is tested.
shared_client = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PATHS = ["/api/classify", "/api/explain", "/api/export", "/api/corrections"]


def test_the_records_are_those_of_the_command(server: Server, baogao: Run) -> None:
    told = baogao("classify", "--format", "jsonl", data=REPORT.encode()).stdout.decode()
    expected = [json.loads(line) for line in told.splitlines()]
    as_json = server.client.post("/api/classify", json={"text": REPORT}).json()
    as_text = server.client.post("/api/classify", content=REPORT.encode(), headers={"content-type": "text/plain"}).json()
    as_gbk = server.client.post("/api/classify", content=REPORT.encode("gbk"), headers={"content-type": "text/plain"}).json()
    assert as_json["lines"] == as_text["lines"] == as_gbk["lines"] == expected
    assert sum(as_json["counts"].values()) == len(expected)


def test_options_of_the_command(client: TestClient, model: Model) -> None:
    view = View(three=True, chinese=True, min_confidence=0.9)
    answer = client.post("/api/classify", json={"text": REPORT, "three": True, "zh": True, "min_confidence": 0.9}).json()
    assert answer["lines"] == json.loads(json.dumps([record(line, view) for line in model.classify(REPORT).in_three().lines]))


@given(text=TEXT)
@shared_client
def test_every_line_of_any_text_comes_back_as_it_was(client: TestClient, model: Model, text: str) -> None:
    answer = client.post("/api/classify", content=json.dumps({"text": text}), headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert [(one["line"], one["text"]) for one in json.loads(answer.content)["lines"]] == [
        (line.number, line.text) for line in model.classify(text).lines
    ]


@given(path=st.sampled_from(PATHS), value=JSON)
@shared_client
def test_any_json_gets_an_answer_with_a_reason(client: TestClient, path: str, value: object) -> None:
    answer = client.post(path, content=json.dumps(value), headers={"content-type": "application/json"})
    assert answer.status_code in (200, 201, 422)
    if answer.status_code == 422:
        assert set(answer.json()) == {"error", "message"}


@given(
    path=st.sampled_from([*PATHS, "/api/read"]),
    data=st.binary(max_size=300),
    kind=st.sampled_from(["application/json", "text/plain", "text/html", ""]),
)
@shared_client
def test_any_bytes_get_an_answer_with_a_reason(client: TestClient, path: str, data: bytes, kind: str) -> None:
    answer = client.post(path, content=data, headers={"content-type": kind})
    assert answer.status_code in (200, 400, 415, 422)
    if answer.status_code >= 400:
        assert answer.json()["message"]


@given(text=TEXT.filter(lambda text: text.strip()), label=st.sampled_from(["achievement", "measure", "problem", "background"]))
@shared_client
def test_evidence_stands_where_it_says(client: TestClient, text: str, label: str) -> None:
    line = text.replace("\n", " ").replace("\r", " ")
    content = json.dumps({"text": line, "label": label})
    found = json.loads(client.post("/api/explain", content=content, headers={"content-type": "application/json"}).content)
    assert abs(sum(found["alone"].values()) - 1) < 1e-4
    for piece in [*found["words"], *found["sentences"]]:
        assert line[piece["start"] : piece["end"]] == piece["text"]


def test_evidence_names_the_words_that_decide(client: TestClient) -> None:
    text = "管护人员不足，设备老化，问题突出。"
    found = client.post("/api/explain", json={"text": text, "label": "problem"}).json()
    assert max(found["alone"], key=found["alone"].get) == "problem"
    assert sum(one["push"] for one in found["sentences"]) > 0
    against = client.post("/api/explain", json={"text": text, "label": "measure"}).json()
    assert sum(one["push"] for one in against["sentences"]) < 0


def test_json_that_is_none_is_refused_with_the_place(client: TestClient) -> None:
    for body in (b"{", b"\xff", b"[" * 100_000, b'{"text": NaN}', b"9" * 5000):
        answer = client.post("/api/classify", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_json"), body[:20]


def test_unknown_fields_and_wrong_kinds_are_named(client: TestClient) -> None:
    for body, name in (
        ({"text": "一", "txet": 1}, "txet"),
        ({}, "text"),
        ({"text": 1}, "text"),
        ({"text": "", "three": 1}, "three"),
    ):
        answer = client.post("/api/classify", json=body)
        assert answer.status_code == 422
        assert name in answer.json()["message"]


def test_what_is_not_there_says_so_in_json(client: TestClient) -> None:
    assert client.get("/nothing").json()["error"] == "not_found"
    refused = client.put("/api/classify")
    assert (refused.status_code, refused.headers["allow"], refused.json()["error"]) == (405, "POST", "method_not_allowed")
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/app.py").status_code == 404


def test_a_body_over_the_limit_is_refused_before_it_is_read_whole(start: Start) -> None:
    server = start("--limit", "0.1")
    sent = 0

    def endless() -> object:
        nonlocal sent
        for _ in range(10_000):
            sent += 10_000
            yield b"<" * 10_000

    content = {"content-type": "text/plain"}
    declared = server.client.post("/api/classify", content=b"<" * 200_000, headers=content)
    assert (declared.status_code, declared.json()["error"]) == (413, "too_large")
    try:
        streamed = server.client.post("/api/classify", content=endless(), headers=content)  # type: ignore[arg-type]
        assert streamed.status_code == 413
    except httpx.TransportError:
        pass  # the server has hung up on who does not stop
    assert sent < 100_000_000 or streamed.status_code == 413
    assert server.client.get("/health").json()["working"] == 0


def test_too_many_lines_are_refused(client: TestClient) -> None:
    answer = client.post("/api/classify", json={"text": "一\n" * 100_001})
    assert (answer.status_code, answer.json()["error"]) == (413, "too_many_lines")


@pytest.mark.slow
def test_ten_megabytes_of_one_character_are_answered(start: Start) -> None:
    server = start()
    answer = server.client.post("/api/classify", content=b"<" * 10_000_000, headers={"content-type": "text/plain"})
    assert answer.status_code == 200
    assert len(answer.json()["lines"][0]["text"]) == 10_000_000


def test_a_full_queue_answers_503_and_recovers(model: Model, tmp_path: Path) -> None:
    from classifier.web.app import create_app
    from classifier.web.settings import Settings

    app = create_app(model, Settings(corrections=tmp_path / "c.jsonl", queue=0))
    with TestClient(app, base_url="http://localhost") as full:
        answer = full.post("/api/classify", json={"text": "一"})
    assert (answer.status_code, answer.json()["error"], answer.headers["retry-after"]) == (503, "busy", "1")


def test_who_hangs_up_frees_the_work(start: Start) -> None:
    server = start()
    text = {"text": "全镇修路三公里，人手不足，明年继续。" * 20_000}

    def ask() -> None:
        with contextlib.suppress(httpx.TimeoutException):
            httpx.post(server.url + "api/classify", json=text, timeout=0.3, trust_env=False)

    askers = [threading.Thread(target=ask) for _ in range(20)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    for _ in range(600):  # what already runs ends first; what waits must not be done any more
        working = server.client.get("/health").json()["working"]
        if not working:
            break
        time.sleep(0.1)
    assert working == 0
    assert server.client.post("/api/classify", json={"text": REPORT}).status_code == 200


def test_work_on_a_long_text_stops_on_the_way_and_answers_alike(model: Model) -> None:
    text = REPORT * 300
    steps: list[int] = []
    assert stoppable(model, lambda: steps.append(1)).classify(text) == model.classify(text)
    assert len(steps) >= 3
    for last in range(1, len(steps) + 1):
        asked = iter(range(1, len(steps) + 1))

        def check(last: int = last, asked: Iterator[int] = asked) -> None:
            if next(asked) == last:
                raise AbandonedError

        with pytest.raises(AbandonedError):
            stoppable(model, check).classify(text)


def test_model_and_health(client: TestClient, model: Model) -> None:
    about = client.get("/api/model").json()
    assert about["version"] == model.manifest.version
    assert [one["chinese"] for one in about["labels"]] == ["成绩", "措施", "问题", "背景", "无关"]
    assert client.get("/health").json()["status"] == "ok"
