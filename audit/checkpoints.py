"""Checkpoints: the end of the chain at a moment, kept in a file outside the database, one a line."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Checkpoint:
    """The end of the chain at a moment, to be kept where the database's administrators cannot write."""

    sequence: int
    hash: str
    at: datetime

    def line(self) -> str:
        """Return one line of JSON, as checkpoint files hold it."""
        return json.dumps({"sequence": self.sequence, "hash": self.hash, "at": self.at.isoformat()})

    def as_argument(self) -> str:
        """Return ``SEQUENCE:HASH``, as mails and the command line have it."""
        return f"{self.sequence}:{self.hash}"

    @classmethod
    def parse(cls, line: str) -> Checkpoint:
        """Read what `line` wrote; raises ValueError, KeyError or TypeError on anything else."""
        data = json.loads(line)
        return cls(int(data["sequence"]), str(data["hash"]), datetime.fromisoformat(data["at"]))


def read_checkpoints(path: Path) -> list[Checkpoint]:
    """Return the checkpoints in a file. Raises OSError, or ValueError naming file and line."""
    checkpoints = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            checkpoints.append(Checkpoint.parse(line))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}:{number}: not a checkpoint line") from error
    return checkpoints


def checkpoints_so_far(path: Path) -> list[Checkpoint]:
    """Return the checkpoints in a file that may not be there yet. Raises as `read_checkpoints` does."""
    return read_checkpoints(path) if path.exists() else []


def append(path: Path, checkpoint: Checkpoint) -> None:
    """Add one line to a file, on the disk when this returns; a full disk leaves no half line. Raises OSError."""
    with path.open("ab") as file:
        before = file.tell()
        try:
            file.write(f"{checkpoint.line()}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.truncate(path, before)
            raise
