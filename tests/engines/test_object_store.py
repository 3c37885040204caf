"""Documents in an object store: moto's server speaks S3 over HTTP, and the command reads and writes there through Ray."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from classifier.cli.main import main
from tests.report_texts import REPORT

pytestmark = pytest.mark.engines


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment that leads to a running store."""
    port, log = _free_port(), tmp_path_factory.mktemp("store") / "moto.log"
    address = f"http://127.0.0.1:{port}"
    with log.open("w") as told:
        server = subprocess.Popen([Path(sys.executable).with_name("moto_server"), "-p", str(port)], stdout=told, stderr=told)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except (urllib.error.URLError, TimeoutError):
                assert server.poll() is None, log.read_text()
                time.sleep(0.1)
        yield {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    finally:
        server.terminate()
        server.wait(20)


def _bucket(store: dict[str, str]) -> Any:
    from pyarrow.fs import S3FileSystem

    key, secret = store["AWS_ACCESS_KEY_ID"], store["AWS_SECRET_ACCESS_KEY"]
    system = S3FileSystem(
        endpoint_override=store["AWS_ENDPOINT_URL"], access_key=key, secret_key=secret, allow_bucket_creation=True
    )
    system.create_dir("crawl")
    return system


def test_a_crawl_in_a_store_has_the_ledger_of_a_folder(
    store: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pyarrow.parquet

    home = tmp_path / "in"
    (home / "deep").mkdir(parents=True)
    (home / "one.txt").write_text(REPORT, "utf-8")
    (home / "bad.txt").write_bytes(b"%PDF-1.4 nothing")
    records = [json.dumps({"id": number, "text": f"{number}\n{REPORT}"}, ensure_ascii=False) for number in range(40)]
    (home / "deep" / "many.jsonl").write_text("\n".join(records) + "\n", "utf-8")
    bucket = _bucket(store)
    for path in home.rglob("*.*"):
        with bucket.open_output_stream(f"crawl/in/{path.relative_to(home)}") as file:
            file.write(path.read_bytes())

    assert main(["clean", str(home), "--output", str(tmp_path / "out"), "--quiet"]) == 1
    here = json.loads(capsys.readouterr().out)
    command = [sys.executable, "-m", "classifier", "clean", "s3://crawl/in", "--output", "s3://crawl/out"]
    done = subprocess.run(
        [*command, "--engine", "ray", "--jobs", "2", "--quiet"], env=os.environ | store, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    assert "bad.txt: this is a PDF, not text" in done.stderr
    assert json.loads(done.stdout) | {"seconds": 0} == here | {"seconds": 0}

    kept = json.loads(bucket.open_input_stream("crawl/out/summary.json").read())
    assert kept["lines"] == here["lines"] and kept["documents"] == here["documents"]
    table = pyarrow.parquet.read_table("crawl/out/documents", filesystem=bucket)
    rows = {(row["baogao_source"], row["baogao_document"]) for row in table.to_pylist()}
    assert len(rows) == table.num_rows == 41
