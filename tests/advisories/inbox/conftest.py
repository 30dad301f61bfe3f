"""The folder of attachments is one of the test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def inbox_dir(tmp_path: Path, settings: Any) -> Path:
    """Return the folder; it is made with the first file."""
    settings.INBOX_DIR = tmp_path / "inbox"
    return tmp_path / "inbox"
