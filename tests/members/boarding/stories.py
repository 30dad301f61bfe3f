"""The mails about onboarding, offboarding and suspensions; see `tests.notifications.stories`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.accounts.events import AccountEvent
from members.boarding import tasks
from members.boarding import workflow as boarding_workflow
from members.boarding.events import BoardingEvent
from members.boarding.models import Checklist, Memorial
from members.documents import workflow as documents_workflow
from members.documents.events import DocumentEvent
from members.documents.models import DocumentKind, DocumentVersion
from members.people import workflow as people_workflow
from members.people.events import PeopleEvent
from members.people.models import MembershipEnded, Role, RoleKind, Span
from notifications.enums import Mail
from tests.cast import Cast, act_as
from tests.factories import complete, give_login, make_member
from tests.members.boarding.pages import begin, leave, tick_all
from tests.members.inactivity.reviews import DAY
from tests.notifications.mailroom import deliver

ADMINS = {"ada", "abel"}
COUNCIL = {"sara", "sam"}
TEAM = {"ada", "abel", "mel", "mia", "rita", "sara", "newt"}


def begin_with_login(cast: Cast) -> Checklist:
    return begin(cast.olga)


def begin_without_address(cast: Cast) -> Checklist:
    return begin(cast.nora, email="")


def remind(begun: Callable[[Cast], Checklist]) -> Callable[[Cast], None]:
    def after_four_days(cast: Cast) -> None:
        with clock.pretend(clock.now() - 4 * DAY):
            begun(cast)
        tasks.remind_of_boarding()

    return after_four_days


def accept(cast: Cast) -> None:
    begin(cast.olga)
    _accept(cast)


def accept_as_member(cast: Cast) -> None:
    documents_workflow.accept(_current(), by=act_as(cast.mel))


def _accept(cast: Cast) -> None:
    documents_workflow.accept(_current(), by=act_as(cast.olga))


def _current() -> DocumentVersion:
    return DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)


def come_in(cast: Cast) -> None:
    complete(begin(cast.olga), by=cast.ada)


def go(cast: Cast) -> None:
    boarding_workflow.offboard(cast.mel, authority="a mail", reason="", by=act_as(cast.ada))


def go_with_abel_suspended(cast: Cast) -> None:
    accounts_workflow.suspend(cast.abel, "To keep him quiet.", by=act_as(cast.ada))
    go(cast)


def go_oneself(cast: Cast) -> None:
    boarding_workflow.resign(by=act_as(cast.mel))


def remind_of_going(cast: Cast) -> None:
    with clock.pretend(clock.now() - 8 * DAY):
        go(cast)
    tasks.remind_of_boarding()


def be_gone(ending: MembershipEnded) -> Callable[[Cast], None]:
    def finish(cast: Cast) -> None:
        offboarding = leave(cast.mel, ending)
        tick_all(offboarding, cast.ada)
        boarding_workflow.finish_offboarding(offboarding, by=act_as(cast.ada))

    return finish


def suspend(cast: Cast) -> None:
    accounts_workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))


def end_suspension(cast: Cast) -> None:
    suspension = accounts_workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    accounts_workflow.end_suspension(suspension, "It was found.", by=act_as(cast.sam))


def begin_seat(cast: Cast) -> None:
    people_workflow.begin_role(cast.mel, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())


def end_seat(cast: Cast) -> None:
    people_workflow.end_role(cast.sam, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())


def end_other_role(cast: Cast) -> None:
    people_workflow.finish_role(Role.objects.get(person=cast.rita), authority="a mail", by=act_as(cast.ada))


def give_role(kind: RoleKind) -> Callable[[Cast], None]:
    def record(cast: Cast) -> None:
        span = Span(date(2026, 1, 1))
        people_workflow.record_role(cast.mel, kind, span, authority="a PEP", by=act_as(cast.ada))

    return record


def live_through(cast: Cast, word: Callable[[], str]) -> None:
    """Every mail about comings, goings and suspensions, with `word()` in each field that only admins read."""
    onboarding = begin(cast.olga)
    deliver()  # before it is complete, after which nothing is left for her to do
    complete(onboarding, by=cast.ada)
    gone = make_member("Gil Gone")
    give_login(gone)
    suspension = accounts_workflow.suspend(gone, word(), by=act_as(cast.ada))
    accounts_workflow.end_suspension(suspension, word(), by=act_as(cast.sam))
    offboarding = boarding_workflow.offboard(gone, authority=word(), reason=word(), by=act_as(cast.ada))
    tick_all(offboarding, cast.ada)
    boarding_workflow.finish_offboarding(offboarding, by=act_as(cast.ada))
    people_workflow.correct_person(cast.mel, name=cast.mel.name, github="mel-m", by=act_as(cast.ada))


def record_death(cast: Cast) -> Memorial:
    return boarding_workflow.record_death(cast.mel, "An obituary.", by=act_as(cast.ada))


def confirm_death(cast: Cast) -> Memorial:
    return boarding_workflow.confirm_death(record_death(cast), by=act_as(cast.sam))


def undo_death(cast: Cast) -> None:
    boarding_workflow.undo_death(confirm_death(cast), "Another Mel.", by=act_as(cast.abel))


Story = tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]
_NOBODY: set[str] = set()

STORIES: list[Story] = [
    (
        "onboarding with a login",
        BoardingEvent.ONBOARDING_BEGAN,
        begin_with_login,
        {Mail.ONBOARDING: {"olga"}, Mail.ATTENTION: _NOBODY},
    ),
    (
        "onboarding without an address",
        BoardingEvent.ONBOARDING_BEGAN,
        begin_without_address,
        {Mail.ONBOARDING: _NOBODY, Mail.ATTENTION: ADMINS},
    ),
    (
        "reminder to who is invited",
        BoardingEvent.ONBOARDING_REMINDED,
        remind(lambda cast: begin(cast.nora)),
        {Mail.INVITATION: {"nora@example.net"}, Mail.ONBOARDING: _NOBODY, Mail.ATTENTION: _NOBODY},
    ),
    (
        "reminder to who has a login",
        BoardingEvent.ONBOARDING_REMINDED,
        remind(begin_with_login),
        {Mail.INVITATION: _NOBODY, Mail.ONBOARDING: {"olga"}, Mail.ATTENTION: _NOBODY},
    ),
    (
        "reminder to the admins",
        BoardingEvent.ONBOARDING_REMINDED,
        remind(begin_without_address),
        {Mail.INVITATION: _NOBODY, Mail.ONBOARDING: _NOBODY, Mail.ATTENTION: ADMINS},
    ),
    ("acceptance by a newcomer", DocumentEvent.ACCEPTED, accept, {Mail.ATTENTION: ADMINS}),
    ("acceptance by a member", DocumentEvent.ACCEPTED, accept_as_member, {Mail.ATTENTION: _NOBODY}),
    (
        "a new member",
        BoardingEvent.ONBOARDING_COMPLETED,
        come_in,
        {Mail.WELCOME: {"olga"}, Mail.ATTENTION: TEAM - {"ada"}},
    ),
    (
        "offboarding by an admin",
        BoardingEvent.OFFBOARDING_BEGAN,
        go,
        {Mail.ACCESS_CHANGED: {"mel"}, Mail.ATTENTION: {"abel"}, Mail.TEAM_WATCH: COUNCIL},
    ),
    (
        "offboarding, with an admin suspended",
        BoardingEvent.OFFBOARDING_BEGAN,
        go_with_abel_suspended,
        {Mail.ACCESS_CHANGED: {"mel"}, Mail.ATTENTION: _NOBODY, Mail.TEAM_WATCH: COUNCIL | {"abel"}},
    ),
    (
        "offboarding by oneself",
        BoardingEvent.OFFBOARDING_BEGAN,
        go_oneself,
        {Mail.ACCESS_CHANGED: {"mel"}, Mail.ATTENTION: ADMINS, Mail.TEAM_WATCH: COUNCIL},
    ),
    ("offboarding is open", BoardingEvent.OFFBOARDING_REMINDED, remind_of_going, {Mail.ATTENTION: ADMINS}),
    (
        "gone to emeritus",
        BoardingEvent.OFFBOARDING_FINISHED,
        be_gone(MembershipEnded.EMERITUS),
        {Mail.THANKS: {"mel"}},
    ),
    ("removed", BoardingEvent.OFFBOARDING_FINISHED, be_gone(MembershipEnded.REMOVED), {Mail.THANKS: _NOBODY}),
    ("a death, the first word", BoardingEvent.MEMORIAL_RECORDED, record_death, {Mail.ATTENTION: {"abel", *COUNCIL}}),
    (
        "a death, the second word",
        BoardingEvent.MEMORIAL_CONFIRMED,
        confirm_death,
        {Mail.ATTENTION: {*ADMINS, "sara"}},
    ),
    ("a death that was a mistake", BoardingEvent.MEMORIAL_UNDONE, undo_death, {Mail.ATTENTION: {"ada", *COUNCIL}}),
    (
        "offboarding of somebody who has died",
        BoardingEvent.OFFBOARDING_BEGAN,
        confirm_death,
        {Mail.ACCESS_CHANGED: _NOBODY, Mail.ATTENTION: ADMINS, Mail.TEAM_WATCH: COUNCIL},
    ),
    (
        "suspended",
        AccountEvent.SUSPENDED,
        suspend,
        {Mail.ACCESS_CHANGED: {"mel"}, Mail.ATTENTION: {"abel", *COUNCIL}},
    ),
    (
        "a suspension ended",
        AccountEvent.SUSPENSION_ENDED,
        end_suspension,
        {Mail.ACCESS_CHANGED: {"mel"}, Mail.ATTENTION: {*ADMINS, "sara"}},
    ),
    ("a seat on the council", PeopleEvent.ROLE_BEGAN, begin_seat, {Mail.ATTENTION: {*ADMINS, "mel", *COUNCIL}}),
    (
        "a seat that ended",
        PeopleEvent.ROLE_ENDED,
        end_seat,
        {Mail.ATTENTION: {*ADMINS, "sara"}, Mail.ACCESS_CHANGED: {"sam"}},
    ),
    (
        "another role that ended",
        PeopleEvent.ROLE_ENDED,
        end_other_role,
        {Mail.ATTENTION: _NOBODY, Mail.ACCESS_CHANGED: _NOBODY},
    ),
    ("another role", PeopleEvent.ROLE_BEGAN, give_role(RoleKind.TRIAGER), {Mail.ATTENTION: _NOBODY}),
]
