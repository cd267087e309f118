#!/bin/sh
# The scripts of the pages are checked with Node.js: one that is here, Debian's as root, else say how to get it.
set -eu
present() { command -v node >/dev/null && command -v npm >/dev/null; }
if present; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Node.js to check the scripts of the pages"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm
fi
present || {
    echo "ESLint, Prettier and TypeScript, which check the scripts of the pages, need Node.js 18 or newer with npm." >&2
    echo "Install it (Debian and Ubuntu: sudo apt-get install nodejs npm; macOS: brew install node)." >&2
    exit 1
}
