"""What each page of the app shows once its work area is there, by the page's address."""

from __future__ import annotations

READY = {
    "": "h1:text-is('Overview')",
    "data": "h1:text-is('Data')",
    "prompts": ".prompts[data-ready]",
    "review": ".review[data-ready]",
    "neighbours": ".neighbours[data-ready]",
    "videos": "h1:text-is('Videos')",
    "train": ".sl-confusion",
    "segments": ".timeline[data-ready='1']",
}
