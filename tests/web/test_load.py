"""Many clients at once: no error, bounded memory. The figures are printed, and no time is a verdict."""

import statistics
import threading
import time

import httpx
import psutil
import pytest

from tests.report_texts import REPORT
from tests.web.conftest import Start

CLIENTS = 32
SECONDS = 20


@pytest.mark.alone
@pytest.mark.slow
def test_32_clients_for_20_seconds(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    server = start()
    text = "\n".join(REPORT for _ in range(11))  # about 100 paragraphs
    process = psutil.Process(server.process.pid)
    times: list[float] = []
    wrong: list[object] = []
    memory: list[float] = []
    end = time.monotonic() + SECONDS

    def ask() -> None:
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
            while time.monotonic() < end:
                began = time.monotonic()
                try:
                    answer = client.post("/api/classify", json={"text": text})
                    if answer.status_code != 200 or len(answer.json()["lines"]) != 99:
                        wrong.append(answer.text[:200])
                except httpx.HTTPError as error:
                    wrong.append(error)
                times.append(time.monotonic() - began)

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for one in clients:
        one.start()
    while time.monotonic() < end:
        memory.append(process.memory_info().rss / 1e6)
        time.sleep(0.5)
    for one in clients:
        one.join()
    third = len(memory) // 3
    early, late = statistics.median(memory[third : 2 * third]), statistics.median(memory[-third:])
    with capsys.disabled():
        p95 = statistics.quantiles(times, n=20)[-1]
        print(
            f"\n{CLIENTS} clients, {SECONDS} s: {len(times)} answers, "
            f"median {statistics.median(times):.2f} s, p95 {p95:.2f} s, "
            f"errors {len(wrong)}, memory {early:.0f} MB, then {late:.0f} MB"
        )
    assert not wrong
    assert late < early * 1.25
    assert server.client.get("/health").json()["working"] == 0
