"""Chromium for the browser tests: Debian's, or what CHROMIUM names."""

from __future__ import annotations

import os
import shutil
from functools import cache

#: Without these Chromium talks to its maker; the last one keeps every other name out of reach.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@cache
def executable() -> str | None:
    """The path of Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def arguments() -> list[str]:
    """Chromium refuses its sandbox to root."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
