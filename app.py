"""The server: Streamlit with our own routes beside it. `sceneloop app` starts it, in the folder `web/`, whose `.streamlit/config.toml` holds theme and settings."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware

from web.accounts import entry_routes, proxy
from web.accounts.gate import Gate
from web.api.guard import Guard, broken
from web.api.routes import routes
from web.error_dialogs import NoDialogs
from web.language import language_routes
from web.language.middleware import Spoken
from web.page_address import Addressed

# How long a thread may keep the interpreter while another wants it. An answer asks for it some twenty times; with Python's 5 ms
# it would wait for a tenth of a second beside anything that computes or loads in the background.
SWITCH_S = 0.0005
PAUSE_S = 2.0  # without a request: the model is loaded then
ROUTES = [*language_routes.routes(), *entry_routes.routes(), *routes()]
ROUTER = Path(__file__).resolve().parent / "web" / "router.py"


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Load the default workspace before the first page; its model, and what a video needs, in the first pause."""
    from web import resources, watch_upkeep
    from web.api.no_delay import undelay

    proxy.check()
    undelay()
    sys.setswitchinterval(SWITCH_S)
    await anyio.to_thread.run_sync(resources.warm)
    _settle()
    threading.Thread(target=_load_later, name="later", daemon=True).start()
    stopped = threading.Event()
    threading.Thread(target=watch_upkeep.look_after, args=(stopped,), name="watched", daemon=True).start()
    try:
        yield
    finally:
        stopped.set()


def _load_later() -> None:
    """Load the model for whoever writes a prompt first, in a pause: who opens a page at once does not wait for it.

    A child that has loaded what a video needs gets ready at the same time, so that whoever opens Segments first need not wait either.
    """
    from web import idle, resources

    idle.wait(PAUSE_S)
    resources.warm_video()
    resources.warm_model()
    _settle()


def _settle() -> None:
    """Take what is loaded out of the garbage collector's rounds.

    Streamlit collects after every rerun; with torch's objects in the rounds that costs about 300 ms each time.
    """
    gc.collect()
    gc.freeze()


app = st.App(
    ROUTER,
    routes=ROUTES,
    lifespan=lifespan,
    middleware=[
        Middleware(Spoken),
        Middleware(Guard),
        Middleware(Gate, routes=ROUTES),
        Middleware(Addressed),
        Middleware(NoDialogs),
    ],
    exception_handlers={Exception: broken},
)
