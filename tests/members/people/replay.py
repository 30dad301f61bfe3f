"""Plays the published states of the roster files through the portal's own acts, each at its moment."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import time_machine
from django.core.management import call_command
from django.test import Client

from audit import clock
from members.boarding.models import Checklist
from members.importing import guide_files
from members.importing.workflow import import_roster
from members.people.models import Person, RoleKind
from members.people.tally import CouncilTally
from nominations import workflow as voting
from nominations.models import Category, DecisionKind, Newcomer, Nomination, ResolutionKind
from nominations.policy import OBJECTION_TIME
from nominations.tally import Choice
from nominations.tasks import close_due_votes
from tests.cast import act_as
from tests.factories import complete, give_login, give_roles, make_person
from tests.members.people import guide
from tests.members.people.guide import Row

DAY = timedelta(days=1)
LINK = "https://example.org/council/1"


@dataclass(frozen=True)
class State:
    """Both files as they were published at one moment; no emeritus file existed at first."""

    at: datetime
    members: Path
    emeritus: Path | None = None


@contextmanager
def moment(at: datetime) -> Iterator[None]:
    """Both clocks, the database's and the process's, stand at `at`."""
    with time_machine.travel(at, tick=False), clock.pretend(at):
        yield


def rows_of(text: str) -> list[Row]:
    """The rows of one file in an order of ours."""
    return sorted(guide.rows(text))


def published(state: State) -> tuple[list[Row], list[Row]]:
    """The content of the two files; nothing for a file that did not exist."""
    emeritus = state.emeritus.read_text(encoding="utf-8") if state.emeritus else ""
    return rows_of(state.members.read_text(encoding="utf-8")), rows_of(emeritus)


def exported(query: str = "") -> tuple[list[Row], list[Row]]:
    """The files that the portal gives to anybody."""
    answers = [Client().get(f"/members/{name}.csv{query}") for name in ("psrt", "psrt-emeritus")]
    assert [answer.status_code for answer in answers] == [200, 200]
    members, emeritus = (rows_of(answer.content.decode()) for answer in answers)
    return members, emeritus


class Replay:
    """A list of acts with their moments, made from the differences between neighbouring states."""

    def __init__(self, states: list[State]) -> None:
        self.states = states
        self.acts: list[tuple[datetime, Callable[[], object]]] = []
        self.nominations: dict[str, Nomination] = {}
        for before, after in zip([None, *states], states, strict=False):
            self._plan(before, after)

    def play(self, check: Callable[[State], None]) -> None:
        """Every act in its order; `check` is called at the moment of each state, after its acts."""
        checks: list[tuple[datetime, Callable[[], object]]] = [(one.at, partial(check, one)) for one in self.states]
        for at, act in sorted([*self.acts, *checks], key=lambda one: one[0]):
            with moment(at):
                act()

    # -- what happened between two states ----------------------------------------------------------------

    def _plan(self, before: State | None, after: State) -> None:
        if before is None:
            self._at(after.at - DAY, partial(_import, after.members))
            self._at(after.at - DAY, _seat)
            return
        old, old_emeritus = ({name: notes for name, _, notes in rows} for rows in published(before))
        new, emeritus = published(after)
        if emeritus and not old_emeritus:
            assert after.emeritus is not None
            self._at(after.at, partial(_import, after.members, after.emeritus))
        for name, github, notes in new:
            if name not in old:
                self._plan_entry(name, github, after.at)
            elif "Admin" in notes and "Admin" not in old[name]:
                self._at(after.at, partial(_designate, name))

    def _at(self, at: datetime, act: Callable[[], object]) -> None:
        self.acts.append((at, act))

    def _plan_entry(self, name: str, github: str, at: datetime) -> None:
        """A nomination, a vote of one week, no veto, and the checklist, so that access is complete at `at`."""
        self._at(at - 12 * DAY, partial(self._propose, name, github))
        self._at(at - 11 * DAY, partial(self._open, name))
        self._at(at - 4 * DAY, partial(self._close, name))
        self._at(at - 3 * DAY, partial(self._let_pass, name))
        self._at(at, partial(self._complete, name))

    # -- the acts -----------------------------------------------------------------------------------------

    def _propose(self, name: str, github: str) -> None:
        person = Person.objects.filter(name=name).first()
        nominee = person or Newcomer(name, github)
        self.nominations[name] = voting.accept(
            voting.propose(
                nominee,
                statement="They have done it for years.",
                category=Category.CORE,
                email=f"{github}@example.net",
                by=act_as(_admins()[0]),
            )
        )

    def _open(self, name: str) -> None:
        _give_logins()
        vote = voting.open_vote(self.nominations[name], by=act_as(_admins()[1]))
        for entry in vote.roll.select_related("person")[:12]:
            voting.cast(vote, Choice.YES, by=act_as(entry.person))

    def _close(self, name: str) -> None:
        close_due_votes()
        assert Nomination.objects.get(pk=self.nominations[name].pk).vote.tally is not None

    def _let_pass(self, name: str) -> None:
        voting.record_decision(
            self.nominations[name],
            DecisionKind.NO_VETO,
            decided_on=clock.now().date(),
            link=LINK,
            reason="",
            tally=CouncilTally(1, 0, 0),
            by=act_as(_council()),
        )

    def _complete(self, name: str) -> None:
        """By another admin than the nominator, whose word for the address is the first of two."""
        second = next(admin for admin in _admins() if admin != self.nominations[name].nominator)
        complete(Checklist.objects.onboardings().running().get(person__name=name), by=second)


def _admins() -> list[Person]:
    day = clock.now().date()
    admins = Person.objects.holding(RoleKind.ADMIN, day).filter(pk__in=Person.objects.members(day).values("pk"))
    return list(admins.order_by("name"))


def _council() -> Person:
    return Person.objects.get(roles__kind=RoleKind.STEERING_COUNCIL)


def _import(members: Path, emeritus: Path | None = None) -> None:
    """The first roster; later the list of emeritus, put on record when it was first published."""
    rows = guide_files.read(members, emeritus=False) if emeritus is None else []
    rows += guide_files.read(emeritus, emeritus=True) if emeritus else []
    import_roster(rows)


def _seat() -> None:
    """A member of the team sits on the council, and mail reaches them: without that no vote opens."""
    member = Person.objects.members(clock.now().date()).order_by("-name").first()
    assert member is not None
    pep = "https://peps.python.org/pep-8107/"
    call_command("council_seat", "begin", member.slug, pep, stdout=io.StringIO())
    give_login(member)


def _give_logins() -> None:
    """Everybody on the team can sign in: a vote opens only when the whole roll can vote."""
    for member in Person.objects.members(clock.now().date()).filter(user=None):
        give_login(member)


def _designate(name: str) -> None:
    """Recorded a day before by the only seat, and confirmed by one that began after it and is not on the roster."""
    with clock.pretend(clock.now() - OBJECTION_TIME):
        resolution = voting.record_resolution(
            ResolutionKind.DESIGNATE_ADMIN,
            Person.objects.get(name=name),
            decided_on=clock.now().date(),
            link=LINK,
            tally=CouncilTally(1, 0, 0),
            reason="",
            by=act_as(_council()),
        )
    second = make_person(f"Seat beside {name}", github="")
    give_roles(second, RoleKind.STEERING_COUNCIL)
    voting.confirm_resolution(resolution, by=act_as(second))
    second.roles.all().delete()
