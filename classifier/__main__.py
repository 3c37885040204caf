"""`python -m classifier` is the command `baogao`."""

import sys

from classifier.cli import main

sys.exit(main())
