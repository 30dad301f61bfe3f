"""Where backups go in the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from psrt_portal.embedded.postgresql import PostgreSQL
from tests.psrt_portal.backup.backups import back_up, drop_left
from tests.servers import DEBIAN_POSTGRESQL


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the backups, with PostgreSQL's programs and a file of checkpoints as the portal has them."""
    is_debian = os.environ.get("TEST_SERVERS") == "debian"
    settings.POSTGRESQL_PROGRAMS = str(DEBIAN_POSTGRESQL if is_debian else PostgreSQL(Path(), Path()).binaries)
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    settings.VOTE_KEY_DIR = tmp_path / "vote-keys"
    return tmp_path / "backups"


@pytest.fixture(scope="module", autouse=True)
def _no_database_is_left() -> Iterator[None]:
    """One that is empty still is taken by the next test of the module."""
    yield
    drop_left()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def backup(place: Path, store: Path, tmp_path: Path) -> Path:
    """A backup of a portal without anybody, to be spoilt."""
    made = next(store.iterdir(), None) or back_up(store)
    return shutil.copytree(made, tmp_path / "a backup")
