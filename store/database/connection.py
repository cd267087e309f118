"""The connection on which statements of one transaction run, for whoever asks the store."""

from __future__ import annotations

from sqlalchemy import Connection as Connection
