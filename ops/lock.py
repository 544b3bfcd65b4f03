"""Write the lock files anew from their inputs: `make lock`; `make lock ARGS=--upgrade` takes new releases."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from ops import ROOT, OpsError
from ops.processes import CommandFailed, run
from ops.progress import step, use_utf8
from ops.setup import TORCH_INDEX
from ops.uv import LOG, environment_for_uv, explain, find_links, find_uv

COMMON = ["--no-emit-index-url", "--no-emit-find-links"]
LOCKS = {
    "rasa": ["--python-version", "3.10", *COMMON],
    "app": [
        "--python-version",
        "3.11",
        "-c",
        "requirements/torch.txt",
        "--no-emit-package",
        "torch",
        *COMMON,
    ],
}


def lock(options: list[str], environ: Mapping[str, str]) -> None:
    """Solve both inputs; what is pinned stays unless `--upgrade` is among the options.

    The solution must rest on the CPU build of PyTorch, or the CUDA packages would be locked for everybody.
    Raises `OpsError` when that or an address has slipped into a file.
    """
    uv = find_uv(environ)
    env = environment_for_uv(environ)
    if find_links(environ):
        env["UV_FIND_LINKS"] = ",".join(find_links(environ))
    else:
        env.update(UV_INDEX=TORCH_INDEX, UV_INDEX_STRATEGY="unsafe-best-match")
    for name, arguments in LOCKS.items():
        target = f"requirements/{name}.txt"
        with step(target):
            run(
                [uv, "pip", "compile", "-q", *arguments, f"requirements/{name}.in", "-o", target, *options],
                LOG,
                env,
            )
        text = (ROOT / target).read_text(encoding="utf-8")
        for unwanted in ("://", "nvidia-"):
            if unwanted in text:
                raise OpsError(f"{target} holds {unwanted!r}: it was solved without a CPU build of PyTorch; restore it")


def main() -> int:
    """Lock and return the exit code."""
    use_utf8()
    try:
        lock(sys.argv[1:], os.environ)
    except OpsError as error:
        print(f"error: {explain(error) if isinstance(error, CommandFailed) else error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
