"""The folder of the private keys of running votes."""

from __future__ import annotations

import stat
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pytest_django import Settings

from nominations import keys
from nominations.sealing import SealingError


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A folder that does not exist yet."""
    settings.VOTE_KEY_DIR = tmp_path / "secrets" / "vote-keys"
    return tmp_path / "secrets" / "vote-keys"


def test_a_key_is_a_file_for_the_portal_alone(folder: Path) -> None:
    vote = uuid.uuid4()
    public = keys.create(vote)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == [f"{vote}.key"]
    assert stat.S_IMODE(keys.path_of(vote).stat().st_mode) == 0o600
    assert X25519PrivateKey.from_private_bytes(keys.read(vote)).public_key().public_bytes_raw() == public


def test_a_key_is_never_written_over() -> None:
    vote = uuid.uuid4()
    keys.create(vote)
    before = keys.read(vote)
    with pytest.raises(FileExistsError):
        keys.create(vote)
    assert keys.read(vote) == before


def test_a_missing_or_damaged_key_says_which_vote() -> None:
    vote = uuid.uuid4()
    with pytest.raises(SealingError, match=f"the key of vote {vote} is not in VOTE_KEY_DIR"):
        keys.read(vote)
    keys.create(vote)
    keys.path_of(vote).write_bytes(b"short")
    with pytest.raises(SealingError, match=f"the key of vote {vote} is damaged"):
        keys.read(vote)


def test_a_destroyed_key_is_gone_and_destroying_again_is_harmless(folder: Path) -> None:
    vote, other = uuid.uuid4(), uuid.uuid4()
    keys.create(vote)
    keys.create(other)
    keys.destroy(vote)
    keys.destroy(vote)
    assert [path.name for path in folder.iterdir()] == [f"{other}.key"]
