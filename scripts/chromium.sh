#!/bin/sh
# The browser tests need a Chromium: one that is here, Debian's as root, else Playwright's own.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ -n "$(find "$HOME/.cache/ms-playwright" -maxdepth 1 -name 'chromium-*' 2>/dev/null)" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests"
    apt-get update -qq && apt-get install -y -qq chromium && exit 0
fi
echo "Getting Playwright's Chromium for the browser tests"
"${PYTHON:-python3}" -m playwright install chromium
