#!/bin/sh
# Make a virtual environment. Debian keeps ensurepip in a package of its own: install it as root, else say how.
set -eu
target=$1
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; $("$python" --version) was found. Use: make PYTHON=/path/to/python3.11" >&2
    exit 1
}
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq python3-venv
    else
        echo "The venv module is missing. Install it with: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
echo "Making $target"
"$python" -m venv "$target"
