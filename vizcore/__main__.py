"""`python -m vizcore COMMAND ...`: everything that the pages compute, over files and folders."""

import sys

from vizcore.cli import main

if __name__ == "__main__":
    sys.exit(main())
