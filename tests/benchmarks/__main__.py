"""`python -m tests.benchmarks [MILLIONS] [--only throughput …] [--json FILE] [--pin]`: all ratios of one run.

MILLIONS of characters: 17 are some 50 MB. --pin writes the ratios to `pinned.json`, beside those of the parts
that did not run; the gate's own, which are small, are written by `--gate --pin`.
"""

import argparse
import json
import os
from pathlib import Path

# One core: set before numpy is imported, for its matrix library reads it only then.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from tests.benchmarks import cleaning, cold_start, gate, growth, throughput  # noqa: E402
from tests.benchmarks.ratios import REPEATS, Ratios, machine, show, summary  # noqa: E402

PINNED = Path(__file__).with_name("pinned.json")
PARTS = ("throughput", "cleaning", "cold_start", "growth")


def measure(part: str, millions: float, repeats: int) -> Ratios:
    """The ratios of one part."""
    if part == "throughput":
        return throughput.measure(millions, repeats)
    if part == "cleaning":
        return cleaning.measure(millions / 5, repeats)  # commands of two processes by the dozen
    if part == "cold_start":
        return cold_start.measure(repeats)
    return growth.measure(millions, repeats)


def main() -> None:
    """Measure, show, and write down."""
    parser = argparse.ArgumentParser()
    parser.add_argument("millions", nargs="?", type=float, default=17.0)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--gate", action="store_true")
    options = parser.parse_args()
    told = json.loads(PINNED.read_text("utf-8")) if PINNED.exists() else {}
    for part in ("gate",) if options.gate else options.only:
        ratios = gate.measure() if part == "gate" else measure(part, options.millions, options.repeats)
        show(part, ratios)
        told[part] = {**machine(), "millions": options.millions, "repeats": options.repeats, "ratios": summary(ratios)}
        if part == "gate":
            told[part] |= {"millions": gate.MILLIONS, "repeats": gate.REPEATS}
        for path in [options.json] * bool(options.json) + [PINNED] * options.pin:
            path.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
