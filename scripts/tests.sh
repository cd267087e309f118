#!/bin/sh
# All tests. Those in Chromium run beside the others, for they wait much of their time; what they say comes last.
set -eu
export OMP_NUM_THREADS=1
log=$(mktemp)
"$PYTHON" -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/browser --durations=10 >"$log" 2>&1 &
browser=$!
trap 'kill "$browser" 2>/dev/null || true; rm -f "$log"' EXIT
status=0
"$PYTHON" -m pytest -n 2 --dist loadfile --ignore tests/browser --durations=10 || status=$?
wait "$browser" || status=$?
cat "$log"
exit "$status"
