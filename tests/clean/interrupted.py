"""A run with frequent checkpoints, to be killed: `python -m tests.clean.interrupted INPUT OUTPUT REMOVED [dedupe]`."""

import sys
from pathlib import Path

from classifier.cleaning import output as output_module
from tests.clean.tools import clean

if __name__ == "__main__":
    # The shipped distance would give a file of this test's size no checkpoint at all.
    output_module.CHECKPOINT_BYTES = 30_000
    source, target, removed = (Path(argument) for argument in sys.argv[1:4])
    clean(source, target, removed=removed, dedupe="dedupe" in sys.argv)
