"""What every test of mail begins with."""

from __future__ import annotations

import pytest

from notifications import sending


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sender of this process be fresh: an earlier test may have left it resting."""
    monkeypatch.setattr(sending, "rest", sending._Rest())
