"""The server: Streamlit with our own routes beside it. `streamlit run app.py`, or `sceneloop app`, starts it."""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
import streamlit as st

from web.routes import routes

ROUTER = Path(__file__).resolve().parent / "web" / "router.py"


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Load the default workspace before the first page, and its model beside it."""
    from web import cached
    from web.undelayed import undelay

    undelay()
    await anyio.to_thread.run_sync(cached.warm)
    _settle()
    threading.Thread(target=_load_model, name="model", daemon=True).start()
    yield None


def _load_model() -> None:
    """Load the model for whoever writes a prompt first; the pages are there meanwhile."""
    from web import cached

    cached.warm_model()
    _settle()


def _settle() -> None:
    """Take what is loaded out of the garbage collector's rounds.

    Streamlit collects after every rerun; with torch's objects in the rounds that costs about 300 ms each time.
    """
    gc.collect()
    gc.freeze()


app = st.App(ROUTER, routes=routes(), lifespan=lifespan)
