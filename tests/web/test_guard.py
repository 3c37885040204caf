"""Another site in the same browser can neither read answers nor write corrections."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from classifier.web.guard import host_allowed, same_origin
from classifier.web.settings import Settings

LOCAL = Settings()
OPEN = Settings(host="0.0.0.0", hosts=("reports.example.cn",))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8642", "localhost", "localhost:1", "[::1]:8642", "LOCALHOST", "127.9.9.9"]
)
def test_own_names_are_answered(host: str) -> None:
    assert host_allowed(host, LOCAL)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8642", "localhost.evil.example", "127.0.0.1.nip.io", "192.168.1.5", "", "a@127.0.0.1",
     "127.0.0.1/x", "127.0.0.1:x", "[::1", "127.0.0.1, evil.example", "2130706433"],
)  # fmt: skip
def test_other_names_are_not(host: str) -> None:
    assert not host_allowed(host, LOCAL)


def test_beyond_the_loopback_addresses_and_allowed_names_are_answered() -> None:
    assert host_allowed("192.168.1.5:8642", OPEN)
    assert host_allowed("Reports.example.cn", OPEN)
    assert not host_allowed("evil.example", OPEN)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "https://127.0.0.1:1",
        "file://",
        "http://127.0.0.1:8642.evil.example",
        "http://a@127.0.0.1:8642",
        "",
    ],
)
def test_foreign_origins(origin: str) -> None:
    assert not same_origin(origin, "127.0.0.1:8642")


def test_own_origin() -> None:
    assert same_origin("http://127.0.0.1:8642", "127.0.0.1:8642")


CORRECTION = {"doc": "d", "line": 1, "old": "measure", "new": "problem", "lines": [{"text": "人手不足。", "label": "problem"}]}


@pytest.mark.parametrize("path", ["/", "/health", "/api/model", "/openapi.json", "/static/main.js"])
def test_a_rebound_name_reads_nothing(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"host": "evil.example"})
    assert (answer.status_code, answer.json()["error"]) == (421, "wrong_host")


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
def test_a_foreign_page_writes_nothing(client: TestClient, tmp_path: Path, headers: dict[str, str]) -> None:
    answer = client.post("/api/corrections", json=CORRECTION, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (403, "foreign_origin")
    assert not (tmp_path / "corrections.jsonl").exists()
    assert client.post("/api/corrections", json=CORRECTION, headers={"origin": "http://127.0.0.1"}).status_code == 201


def test_a_link_to_the_page_may_stand_anywhere(client: TestClient) -> None:
    assert client.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/model", "/nothing", "/static/main.js"])
def test_every_answer_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_the_page_names_nothing_elsewhere_and_runs_nothing_inline() -> None:
    static = Path(__file__).parents[2] / "classifier" / "web" / "static"
    for path in static.iterdir():
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text and "https:" not in text, path.name
        assert "innerHTML" not in text and "eval(" not in text, path.name
    html = (static / "index.html").read_text("utf-8")
    assert "style=" not in html and "<style" not in html and " on" not in html.replace(" online", "")
