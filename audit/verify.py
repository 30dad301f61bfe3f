"""Read the whole log again and report what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.db import connection

from audit import clock
from audit.checkpoints import Checkpoint
from audit.models import GENESIS, Event, Link
from audit.triggers import BODIES, TRIGGERS

#: Is called with the number of links read so far, for a progress bar.
Progress = Callable[[int], None]
#: Links read at once.
_CHUNK = 2000


@dataclass(frozen=True)
class Verification:
    """What reading the log has found."""

    end: Checkpoint
    """The last link that was read; sequence 0 and the zero hash for an empty log."""
    differences: tuple[str, ...]
    """Every difference between the log and a whole and unchanged one, as a sentence."""

    @property
    def is_whole(self) -> bool:
        """Return whether nothing is missing, changed or added."""
        return not self.differences


def verify(against: Iterable[Checkpoint] = (), progress: Progress = lambda count: None) -> Verification:
    """Read the whole log, and what guards it, and compare it with the checkpoints in `against`.

    Events that are recorded meanwhile do no harm: each statement sees them with their links or not at all.
    """
    rows = read_chain(against, progress)
    return replace(rows, differences=(*broken_guards(), *rows.differences))


def read_chain(against: Iterable[Checkpoint] = (), progress: Progress = lambda count: None) -> Verification:
    """Verify the rows alone, as `verify` does, without what guards them."""
    at = clock.now()
    chain = _Chain(against)
    found = (*chain.read(progress), *_disagreements())
    return Verification(Checkpoint(chain.sequence, chain.hash.hex(), at), found)


class _Chain:
    """A walk along the links, to its present place."""

    def __init__(self, against: Iterable[Checkpoint]) -> None:
        self.sequence, self.hash = 0, GENESIS
        self._wanted: dict[int, list[Checkpoint]] = {}
        for checkpoint in against:
            self._wanted.setdefault(checkpoint.sequence, []).append(checkpoint)

    def read(self, progress: Progress) -> Iterator[str]:
        """Yield every difference that the walk meets, then what was not met."""
        yield from self._compare()
        for links in _chunks():
            # Without a join: a link whose event is gone is still a link.
            events = Event.objects.in_bulk([link.event_id for link in links])
            for link in links:
                yield from self._step(link, events.get(link.event_id))
            progress(self.sequence)
        for sequence, checkpoints in self._wanted.items():
            for checkpoint in checkpoints:
                yield f"sequence {sequence}: in the checkpoint of {checkpoint.at.isoformat()}, not in the log"
        for pk in Event.objects.filter(link=None).order_by("at", "pk").values_list("pk", flat=True):
            yield f"event {pk}: not in the chain"

    def _step(self, link: Link, event: Event | None) -> Iterator[str]:
        """Yield what is wrong with the next link, and move on to it."""
        wanted = self.sequence + 1
        if link.sequence > wanted:
            span = f"{wanted} to {link.sequence - 1}" if link.sequence > wanted + 1 else f"{wanted}"
            yield f"sequence {span}: missing from the chain"
        elif link.sequence < wanted:
            yield f"sequence {link.sequence}: not a place in the chain"
        if bytes(link.previous) != self.hash:
            yield f"sequence {link.sequence}: does not follow the one before"
        yield from _faults(link, event)
        self.sequence, self.hash = max(self.sequence, link.sequence), bytes(link.hash)
        yield from self._compare()

    def _compare(self) -> Iterator[str]:
        for checkpoint in self._wanted.pop(self.sequence, ()):
            if checkpoint.hash != self.hash.hex():
                yield f"sequence {self.sequence}: differs from the checkpoint of {checkpoint.at.isoformat()}"


def _chunks() -> Iterator[list[Link]]:
    """Yield all links by sequence, as many at a time as one statement reads quickly."""
    links = Link.objects.order_by("sequence")
    chunk = list(links[:_CHUNK])
    while chunk:
        yield chunk
        chunk = list(links.filter(sequence__gt=chunk[-1].sequence)[:_CHUNK])


def _faults(link: Link, event: Event | None) -> Iterator[str]:
    if event is None:
        yield f"sequence {link.sequence}: its event {link.event_id} is missing"
        return
    if bytes(event.leaf) != event.digest():
        yield f"sequence {link.sequence}: event {event.pk} was changed"
    if bytes(link.hash) != Link.hash_of(bytes(link.previous), bytes(event.leaf)):
        yield f"sequence {link.sequence}: its hash is wrong"


_ENDS = """
    SELECT (SELECT count(*) FROM audit_event), (SELECT count(*) FROM audit_link),
           coalesce(last.sequence, 0), coalesce(last.hash, decode(repeat('00', 32), 'hex')), head.sequence, head.hash
    FROM (SELECT) AS one
    LEFT JOIN (SELECT sequence, hash FROM audit_link ORDER BY sequence DESC LIMIT 1) AS last ON true
    LEFT JOIN (SELECT sequence, hash FROM audit_head WHERE id = 1) AS head ON true
"""


def _disagreements() -> Iterator[str]:
    """Yield where the head, the last link and the numbers of rows contradict each other, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDS)
        events, links, last, last_hash, sealed, sealed_hash = cursor.fetchone()
    if sealed is None:
        yield "the head of the log is missing"
        return
    if last != sealed:
        yield f"{sealed} events were sealed, and the chain ends at sequence {last}"
    elif bytes(last_hash) != bytes(sealed_hash):
        yield f"sequence {last}: not the link that was sealed last"
    if not events == links == sealed:
        yield f"{sealed} events were sealed; there are {events} events and {links} links"


def broken_guards() -> Iterator[str]:
    """Yield each trigger of the log that is missing, disabled, altered or not the portal's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, tgname, tgenabled IN ('O', 'A'), prosrc FROM pg_trigger"
            " JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace AND relname = ANY(%s)",
            [list({table for table, _name in TRIGGERS})],
        )
        there = {(table, name): (is_enabled, body) for table, name, is_enabled, body in cursor.fetchall()}
    for (table, name), function in TRIGGERS.items():
        is_enabled, body = there.pop((table, name), (None, ""))
        if is_enabled is None:
            yield f"trigger {name} on {table}: missing"
        elif not is_enabled:
            yield f"trigger {name} on {table}: disabled"
        elif body != BODIES[function]:
            yield f"trigger {name} on {table}: its function {function} was altered"
    for table, name in there:
        yield f"trigger {name} on {table}: not the portal's"
