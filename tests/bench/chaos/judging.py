"""What a fault has done, and what of it must not be. Pure: nothing is started or asked here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

#: Seconds that no request may stay open longer, and where only the broker is at fault.
MOST_SECONDS, MOST_BROKER_SECONDS = 10.0, 5.0
#: The status of a request that got no answer.
CUT = 0
#: The pages that need no database.
ALWAYS = ("/healthz", "/report/")


class Kind(StrEnum):
    """What a fault is a fault of."""

    DATABASE = "database"
    BROKER = "broker"
    WEB = "web"
    WORK = "work in the background"
    MAIL = "mail"
    CLOCK = "clock"


@dataclass(frozen=True)
class Sample:
    """A request: the page's name in the table, the status of its answer or `CUT`, and how long it was open."""

    page: str
    status: int
    seconds: float


@dataclass(frozen=True)
class Kept:
    """What the portal has acknowledged, and how much of it is there afterwards."""

    acknowledged: int = 0
    there: int = 0

    @property
    def lost(self) -> int:
        """Return how much is gone."""
        return self.acknowledged - self.there

    def __str__(self) -> str:
        return f"{self.there} of {self.acknowledged}"


@dataclass(frozen=True)
class Mails:
    """Mails of one fault at the mail server."""

    sent: int = 0
    lost: int = 0
    repeated: int = 0

    def __str__(self) -> str:
        return f"{self.sent}, {self.lost} lost, {self.repeated} repeated"


@dataclass(frozen=True)
class Row:
    """What one fault has done."""

    fault: str
    kind: Kind
    samples: tuple[Sample, ...] = ()
    pages_back: float | None = 0.0
    """Seconds from the end of the fault until every page answered as before; None if that did not come."""
    work_back: float | None = 0.0
    """The same until a new report brought its mail; None also if the schedule or the workers show no life later."""
    reports: Kept = field(default_factory=Kept)
    ballots: Kept = field(default_factory=Kept)
    mails: Mails = field(default_factory=Mails)
    may_repeat: int = 0
    """Mails that may come twice: one for each process that could not note that it has sent it."""

    @property
    def longest(self) -> float:
        """Return the seconds that the slowest request was open."""
        return max((one.seconds for one in self.samples), default=0.0)

    @property
    def answers(self) -> str:
        """Return the answers of the pages, those of one status in a line."""
        pages: dict[int, Counter[str]] = defaultdict(Counter)
        for one in self.samples:
            pages[one.status][one.page] += 1
        return "\n".join(
            f"{status or 'cut'}: {', '.join(f'{page} {count}' for page, count in sorted(pages[status].items()))}"
            for status in sorted(pages)
        )


def complaints(row: Row) -> list[str]:
    """Return what must not be, as sentences; none for a fault that the portal bears as it promises."""
    return [*_waits(row), *_answers(row), *_losses(row)]


def _waits(row: Row) -> Iterator[str]:
    most = MOST_BROKER_SECONDS if row.kind == Kind.BROKER else MOST_SECONDS
    if row.longest > most:
        page = max(row.samples, key=lambda one: one.seconds).page
        yield f"{page} was open for {row.longest:.1f} seconds, and {most:.0f} are allowed"
    if row.pages_back is None:
        yield "the pages did not come back"
    if row.work_back is None:
        yield "mail or the schedule did not come back"


def _answers(row: Row) -> Iterator[str]:
    if not row.samples:
        yield "nobody asked for anything"
    for status, pages in _by_status(row.samples).items():
        if status == 500:
            yield f"500 for {', '.join(pages)}: an error that nobody foresaw"
        # A request that a killed web server was working on is cut; nginx answers the visitor for it.
        elif status != 200 and row.kind != Kind.WEB and (silent := [page for page in pages if page in ALWAYS]):
            yield f"{', '.join(silent)} did not answer ({status or 'cut'})"


def _by_status(samples: Iterable[Sample]) -> dict[int, list[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for one in samples:
        found[one.status].add(one.page)
    return {status: sorted(pages) for status, pages in sorted(found.items())}


def _losses(row: Row) -> Iterator[str]:
    for name, kept in (("reports", row.reports), ("ballots", row.ballots)):
        if kept.lost:
            yield f"{kept.lost} acknowledged {name} are lost"
    if row.mails.lost:
        yield f"{row.mails.lost} mails are lost"
    if row.mails.repeated > row.may_repeat:
        yield f"{row.mails.repeated} mails came twice, and {row.may_repeat} are allowed"
