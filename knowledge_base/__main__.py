"""Run `python -m knowledge_base`."""

import sys

from knowledge_base.cli import main

if __name__ == "__main__":
    sys.exit(main())
