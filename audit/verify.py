"""Read the whole chain again and report what does not fit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.models import GENESIS, Event, Link


@dataclass(frozen=True)
class Checkpoint:
    """The head of the chain at a moment, to be kept where the database's administrators cannot write."""

    sequence: int
    hash: str
    at: datetime

    def line(self) -> str:
        """Return one line of JSON, as checkpoint files hold it."""
        return json.dumps({"sequence": self.sequence, "hash": self.hash, "at": self.at.isoformat()})

    @classmethod
    def parse(cls, line: str) -> Checkpoint:
        """Read what `line` wrote; raises ValueError, KeyError or TypeError on anything else."""
        data = json.loads(line)
        return cls(int(data["sequence"]), str(data["hash"]), datetime.fromisoformat(data["at"]))


def read_checkpoints(path: Path) -> list[Checkpoint]:
    """Return the checkpoints in a file, one a line. Raises ValueError naming file and line."""
    checkpoints = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            checkpoints.append(Checkpoint.parse(line))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}:{number}: not a checkpoint line") from error
    return checkpoints


def head(at: datetime) -> Checkpoint:
    """Return the chain's present end; sequence 0 and the zero hash while it is empty."""
    last = Link.objects.order_by("-sequence").first()
    return Checkpoint(last.sequence, bytes(last.hash).hex(), at) if last else Checkpoint(0, GENESIS.hex(), at)


def differences(against: list[Checkpoint], progress: Callable[[int], None] = lambda count: None) -> Iterator[str]:
    """Yield every difference between the log and a whole and unchanged one, as a sentence.

    `progress` is called with the number of links read so far, for a progress bar.
    """
    wanted = {checkpoint.sequence: checkpoint for checkpoint in against}
    previous, sequence = GENESIS, 0
    for link in Link.objects.select_related("event").order_by("sequence").iterator(chunk_size=2000):
        if link.sequence != sequence + 1:
            yield f"sequence {sequence + 1} to {link.sequence - 1}: missing from the chain"
        yield from _faults(link, previous)
        checkpoint = wanted.pop(link.sequence, None)
        if checkpoint and checkpoint.hash != bytes(link.hash).hex():
            yield f"sequence {link.sequence}: differs from the checkpoint of {checkpoint.at.isoformat()}"
        previous, sequence = bytes(link.hash), link.sequence
        progress(sequence)
    for checkpoint in wanted.values():
        if checkpoint.sequence:
            yield f"sequence {checkpoint.sequence}: in the checkpoint of {checkpoint.at.isoformat()}, not in the log"
    for event in Event.objects.filter(link=None).order_by("at").iterator(chunk_size=2000):
        yield f"event {event.pk}: not in the chain"


def _faults(link: Link, previous: bytes) -> Iterator[str]:
    event = link.event
    if bytes(event.leaf) != event.digest():
        yield f"sequence {link.sequence}: event {event.pk} was changed"
    if bytes(link.previous) != previous:
        yield f"sequence {link.sequence}: does not follow the one before"
    if bytes(link.hash) != Link.hash_of(bytes(link.previous), bytes(event.leaf)):
        yield f"sequence {link.sequence}: its hash is wrong"
