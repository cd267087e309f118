"""The command that serves the app, and who may reach it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from cli.console import Commands, command, open_accounts
from errors import InputError
from settings import MAX_UPLOAD_MB, ROOT, child_environment, current, is_loopback, read

FIRST = "`sceneloop users add NAME --role admin` makes the first user."


def register(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "app", app, "serve the app", workspace=False, output=False)
    parser.add_argument("workspace", type=Path, nargs="?", metavar="WORKSPACE")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="127.0.0.1", help="address to listen on; default: this machine only")
    parser.add_argument("--open", action="store_true", help="let other machines connect; the server needs users")
    parser.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME[:PORT]",
        help="a further name to answer to, such as a proxy's",
    )
    parser.add_argument(
        "--allowed-root",
        action="append",
        default=[],
        type=Path,
        metavar="FOLDER",
        help="folder whose paths owners may give; default: any without users, none with users",
    )
    parser.add_argument("--headless", action="store_true", help="do not open a browser")


def app(given: argparse.Namespace) -> None:
    """`sceneloop app`: this process becomes Streamlit's, so that whoever ends it ends the server; here it is never imported."""
    root = (given.workspace or current().workspace).expanduser()
    environment = child_environment(**_admitted(given, root), SCENELOOP_WORKSPACE=str(root.resolve()))
    options = {
        "server.address": given.address,
        "server.port": str(given.port),
        "server.headless": "true" if given.headless or not sys.stdout.isatty() else "false",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "server.fileWatcherType": "none",
        "server.maxUploadSize": str(MAX_UPLOAD_MB),
    }
    flags = [f"--{key}={value}" for key, value in options.items()]
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(ROOT / "app.py"), *flags]
    os.chdir(ROOT / "web")  # its `.streamlit/config.toml` is read from here: theme, and no tracebacks on pages
    os.execve(sys.executable, command, environment)


def _admitted(given: argparse.Namespace, root: Path) -> dict[str, str]:
    """The settings that say who may connect, and a word on stderr where others may.

    Raises:
        InputError: the address is another than this machine's own and the server has no users or `--open` was not said, or a host's
            name is none.
    """
    names = ",".join([*current().allowed_hosts, *given.allowed_host])
    opened = given.open or current().opened
    roots = [*current().allowed_roots, *given.allowed_root]
    for folder in roots:
        if not folder.is_dir():
            raise InputError(f"--allowed-root {folder} is not a folder. Create it, or name another one.")
    admitted = {
        "SCENELOOP_ALLOWED_HOSTS": names,
        "SCENELOOP_OPEN": "1" if opened else "",
        "SCENELOOP_ALLOWED_ROOTS": os.pathsep.join(str(folder.resolve()) for folder in roots),
    }
    read(admitted)
    users = _has_users(root)
    admitted |= _proxied(users=users)
    if is_loopback(given.address):
        if not users:
            print(
                f"sceneloop: this server has no users: who reaches port {given.port} of this machine works under any name, without a "
                f"password. {FIRST}",
                file=sys.stderr,
            )
        return admitted
    if not users:
        raise InputError(
            f"--address {given.address} lets everybody in who reaches port {given.port}, and this server has no users. Nothing was started. "
            f"{FIRST} Or leave --address out and reach the app through `ssh -L {given.port}:127.0.0.1:{given.port}`."
        )
    if not opened:
        raise InputError(
            f"--address {given.address} lets other machines reach port {given.port}. Nothing was started. Say --open too if you want that."
        )
    print(
        f"sceneloop: other machines reach port {given.port} as {given.address}. Passwords travel over it as they are: put a proxy with "
        "TLS before it, unless the network is yours alone.",
        file=sys.stderr,
    )
    return admitted


def _proxied(*, users: bool) -> dict[str, str]:
    """What a proxy's word needs: who connects is judged by the socket (`web.accounts.proxy`), so uvicorn is told to leave its address alone.

    Raises:
        InputError: the proxy is not named well, or there are no users whom it could sign in.
    """
    from store.accounts import named_proxy

    if named_proxy.of(current()) is None:
        return {}
    if not users:
        raise InputError(f"SCENELOOP_PROXY_HEADER is set, and this server has no users. Nothing was started. {FIRST}")
    return {"FORWARDED_ALLOW_IPS": ""}


def _has_users(root: Path) -> bool:
    from store.accounts import account_rows, accounts_database

    if not accounts_database.exist(root, current().accounts_url):
        return False
    with open_accounts(root).read() as connection:
        return account_rows.any_at_all(connection)
