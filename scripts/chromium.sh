#!/bin/sh
# The browser tests need a Chromium. Debian's headless shell is the cheapest: it draws no window of its own beside the page.
# Else any Chromium that is here will do, else Playwright's own.
set -eu
if command -v chromium-headless-shell >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium's headless shell for the browser tests"
    if apt-get update -qq && apt-get install -y -qq chromium-headless-shell; then exit 0; fi
fi
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ -n "$(find "$HOME/.cache/ms-playwright" -maxdepth 1 -name 'chromium-*' 2>/dev/null)" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    if apt-get install -y -qq chromium; then exit 0; fi
fi
echo "Getting Playwright's Chromium for the browser tests"
"${PYTHON:-python3}" -m playwright install chromium
