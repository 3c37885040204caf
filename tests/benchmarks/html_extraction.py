"""Which reading of a page leaves the classifier more of the report and less of the noise: trafilatura's or the whole page.

`python -m tests.benchmarks.html_extraction --model DIR` (a model that has not seen the held-out documents).
"""

import argparse
import re

from classifier import load_model
from classifier.cleaning import clean_documents
from classifier.pagetext import page_lines
from tests.benchmarks.mixed import LAYOUTS, Mixed, mix, page, split
from tests.conftest import ROOT


def squeezed(text: str) -> str:
    """A text without spaces, for comparison."""
    return re.sub(r"\s+", "", text)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model")
    model = load_model(parser.parse_args().model)
    _, held, _, noise = split(ROOT / "corpus")
    mixed = mix(held, noise, 150)
    import trafilatura

    readings = {
        "plain page text": lambda one: "\n".join(page_lines(page(one))) + "\n",
        "trafilatura, recall": lambda one: trafilatura.extract(page(one), favor_recall=True, include_comments=True) or "",
        "trafilatura, default": lambda one: trafilatura.extract(page(one)) or "",
    }
    print("| reading | report lines lost before | after our model | noise lines left before | after our model |")
    print("| --- | --- | --- | --- | --- |")
    for layout, name, read in [(layout, name, read) for layout in range(6) for name, read in readings.items()]:
        of_layout = [one for one in mixed if layout == 5 or int(one.file[:3]) // 10 % 5 == layout]
        texts = [read(one) for one in of_layout]
        cleaned = [one.text for one in clean_documents(texts, model=model)]
        cells = [*_shares(of_layout, texts), *_shares(of_layout, cleaned)]
        print(f"| {[*LAYOUTS, 'all'][layout]}: {name} | {cells[0]:.2%} | {cells[2]:.2%} | {cells[1]:.1%} | {cells[3]:.1%} |")


def _shares(mixed: list[Mixed], texts: list[str]) -> tuple[float, float]:
    lost = report = left = noise = 0
    for one, text in zip(mixed, texts, strict=True):
        lines = {squeezed(line) for line in text.split("\n")}
        for line, belongs in one.lines:
            there = squeezed(line) in lines
            report, noise = report + belongs, noise + (not belongs)
            lost, left = lost + (belongs and not there), left + (not belongs and there)
    return lost / report, left / noise


if __name__ == "__main__":
    main()
