"""The connection on which statements of one transaction run, and a row of their result, for whoever asks the store."""

from __future__ import annotations

from sqlalchemy import Connection as Connection
from sqlalchemy import Row as Row
