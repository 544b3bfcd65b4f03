"""Logs: dotted events with fields, one JSON object a line; never a person's words or data."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

import structlog


def configure_logs(level: str) -> None:
    """Write our events as JSON to standard error, and of other libraries only warnings."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True
    )
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # it names bytes of what visitors send


def place_of(error: BaseException) -> str:
    """Return the file and line that raised an error; its message may hold a person's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
