"""Start a process: `python -m bot gateway|console`."""

import sys

from bot.cli import main

sys.exit(main())
