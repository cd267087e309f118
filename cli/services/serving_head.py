"""The command that serves a head by itself."""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path

from cli.console import Commands, ProgressLine, command, count
from errors import InputError
from settings import is_loopback

PORT = 8600


def register(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands,
        "serve",
        serve,
        "serve a head over HTTP: an image or a video in, labels out",
        workspace=False,
        output=False,
    )
    parser.add_argument("head", type=Path, metavar="HEAD.safetensors", help="as `sceneloop head export` writes it")
    parser.add_argument("--model", help="the head's encoder, if it lies elsewhere than when the head was trained")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--address", default="127.0.0.1", help="address to listen on; default: this machine only")
    parser.add_argument("--open", action="store_true", help="let other machines connect; nobody is asked who they are")
    parser.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a further name to answer to, such as a proxy's",
    )
    parser.add_argument(
        "--at-once", type=count, default=1, metavar="N", help="number of files computed at the same time"
    )


def serve(given: argparse.Namespace) -> None:
    """`sceneloop serve`, until Ctrl+C or the end of its service."""
    import uvicorn

    from serving import endpoint, served_head

    if not is_loopback(given.address) and not given.open:
        raise InputError(
            f"--address {given.address} lets other machines use the head, and nobody is asked who they are. Nothing was started. "
            "Say --open too if you want that, and put a proxy with TLS before it."
        )
    head = served_head.load(given.head, given.model, ProgressLine("bytes"))
    hosts = [*given.allowed_host, *(["*"] if given.open and not given.allowed_host else [])]
    application = endpoint.app(head, hosts=hosts, limits=endpoint.Limits(at_once=given.at_once))
    with _listening(given.address, given.port) as listener:
        host, port = listener.getsockname()[:2]
        print(f"sceneloop: {head.name} answers on http://{host}:{port} (Ctrl+C stops it)", file=sys.stderr, flush=True)
        config = uvicorn.Config(application, log_level="warning", server_header=False, timeout_keep_alive=30)
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            return


def _listening(address: str, port: int) -> socket.socket:
    """A socket that listens; the port may be 0 for any.

    Raises:
        InputError: there is no such address here, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise InputError(f"Port {port} of {address} cannot be used ({error}). Choose another with --port.") from error
    return listener
