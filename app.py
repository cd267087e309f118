"""The server: Streamlit with our own routes beside it. `streamlit run app.py`, or `sceneloop app`, starts it."""

from __future__ import annotations

import gc
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
    """Load the default workspace, then take what is loaded out of the garbage collector's rounds.

    Streamlit collects after every rerun; with torch's objects in the rounds that costs about 300 ms each time.
    """
    from web import cached
    from web.undelayed import undelay

    undelay()
    await anyio.to_thread.run_sync(cached.warm)
    gc.collect()
    gc.freeze()
    yield None


app = st.App(ROUTER, routes=routes(), lifespan=lifespan)
