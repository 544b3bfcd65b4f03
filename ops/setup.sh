#!/bin/sh
# Run a module of set-up with whatever Python there is; with none, uv brings one.
#   sh ops/setup.sh [ops.setup|ops.lock [arguments]]
cd "$(dirname "$0")/.." || exit 1
[ $# -gt 0 ] || set -- ops.setup
for python in .venv/bin/python python3 python3.11 python3.10 python3.12 python3.13 python3.9 python3.8 python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
        exec "$python" -m "$@"
    fi
done
if uv --version >/dev/null 2>&1; then
    if ! python=$(uv python find --no-project 3.11 2>/dev/null); then
        echo "  fetching Python 3.11 with uv"
        uv python install --quiet 3.11 >/dev/null 2>&1
        python=$(uv python find --no-project 3.11 2>/dev/null)
    fi
    [ -z "$python" ] || exec "$python" -m "$@"
    echo "error: uv could not fetch Python 3.11: check the network, or install Python 3.11 and 3.10 yourself" >&2
    exit 1
fi
echo "error: no Python 3.8 or newer and no uv here: install Python 3.11 and 3.10, or uv alone" >&2
exit 1
