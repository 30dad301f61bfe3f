"""Where backups go in the tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from psrt_portal.embedded.postgresql import PostgreSQL
from tests import databases
from tests.psrt_portal.backup.backups import copied_from, holds_nothing, name_beside, standing_on
from tests.servers import DEBIAN_POSTGRESQL


def settings_of(folder: Path) -> dict[str, Any]:
    """The settings of a portal with its files in `folder`, and with PostgreSQL's programs as the portal has them."""
    is_debian = os.environ.get("TEST_SERVERS") == "debian"
    return {
        "POSTGRESQL_PROGRAMS": str(DEBIAN_POSTGRESQL if is_debian else PostgreSQL(Path(), Path()).binaries),
        "CHECKPOINT_FILE": folder / "checkpoints.jsonl",
        "VOTE_KEY_DIR": folder / "vote-keys",
    }


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the backups, in a portal of its own settings."""
    for name, value in settings_of(tmp_path).items():
        setattr(settings, name, value)
    return tmp_path / "backups"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a module keeps the backups that its tests take copies of."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def backup(place: Path, store: Path, tmp_path: Path) -> Path:
    """A backup of a portal without anybody, to be spoilt."""
    return copied_from(store / "of nobody", lambda: None, tmp_path)


@pytest.fixture(scope="module")
def _empty(django_db_setup: None) -> Iterator[str]:
    """An empty database, made once: one costs a quarter of a CPU second."""
    name = name_beside("refused")
    databases._make(name)
    yield name
    databases._drop(name)


@pytest.fixture
def nothing_is_left(_empty: str, transactional_db: None) -> Iterator[None]:
    """The portal stands on an empty database, and the test fails unless it is as empty afterwards.

    Comes last among the fixtures of a test: a backup is taken of the database of all tests.
    """
    with standing_on(_empty):
        yield
        left = not holds_nothing()
    if left:  # the other tests are not to fail as well
        databases._make(_empty)
    assert not left
