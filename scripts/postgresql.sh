#!/bin/sh
# The tests run on PostgreSQL too: a server's programs that are here, Debian's as root, else say how to get them.
set -eu
if [ -n "${SCENELOOP_TEST_DATABASE_URL:-}" ]; then exit 0; fi
found() { command -v initdb >/dev/null || ls "${DEBIAN:-/usr/lib/postgresql}"/*/bin/initdb >/dev/null 2>&1; }
if found; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PostgreSQL for the tests"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql
fi
found || {
    echo "The tests need PostgreSQL's server programs (initdb, pg_ctl). Install them (Debian and Ubuntu:" >&2
    echo "sudo apt-get install postgresql; macOS: brew install postgresql), or name a server's database in" >&2
    echo "SCENELOOP_TEST_DATABASE_URL." >&2
    exit 1
}
