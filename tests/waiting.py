"""Wait in a test for what another process does."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

#: Seconds, for a machine that is busy with other things; nothing that works takes so long.
PATIENCE = 180


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Return as soon as `holds`; fail the test when it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds} seconds")
        time.sleep(0.05)
