#!/bin/sh
# Build the wheel from what is tracked, install it into a new environment, and compare its demo with the checkout's (scripts/wheel_pages.py).
# Usage: scripts/wheel.sh [FOLDER]   wheel, environment and pictures stay in FOLDER, a temporary one by default. It takes some 5 GB.
# TORCH_INDEX=URL takes torch from another index, such as PyTorch's own for computers without a graphics card.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
folder=${1:-$(mktemp -d)}
mkdir -p "$folder/source"
# A copy: setuptools would leave its build folder in the checkout, and what is not tracked must not get in.
git -C "$root" archive HEAD | tar -x -C "$folder/source"
rm -rf "$folder/dist" "$folder/env"
"$python" -m pip wheel --quiet --no-deps --wheel-dir "$folder/dist" "$folder/source"
PYTHON=$python sh "$root/scripts/venv.sh" "$folder/env"
begin=$(date +%s)
if [ -n "${TORCH_INDEX:-}" ]; then
    "$folder/env/bin/pip" install --quiet -c "$root/constraints.txt" --index-url "$TORCH_INDEX" torch torchvision
fi
"$folder/env/bin/pip" install --quiet -c "$root/constraints.txt" "$folder"/dist/*.whl
echo "installed in $(($(date +%s) - begin)) s, $(du -sm "$folder/env" | cut -f1) MB"
cd "$root" && "$python" -m scripts.wheel_pages "$folder/env" "$folder"
