"""Who is told of what. The expected recipients are written out, so that nobody is told by accident."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from advisories.events import AdvisoryEvent
from advisories.models import Determination, Report
from advisories.workflow import conversation, drafting, triage
from audit import clock
from audit.log import record
from audit.models import Event
from members.events import MemberEvent
from members.models import Membership, MembershipEnded, Person
from members.workflow import invite
from nominations import workflow as nominations
from nominations.events import NominationEvent
from nominations.models import DecisionKind, Phase, ResolutionKind
from notifications import audiences
from notifications.recipients import Recipient, resolve_one
from notifications.routes import ROUTES, SILENT, Mail
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.nominations import council
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver, everything_in, told

APPS = ("psrt_portal", "notifications", "nominations", "advisories", "members", "audit")
MEMBERS = {"ada", "abel", "mel", "mia", "rita", "sara", "newt"}
REPORTER = {"remy@example.net"}
NOMINEE = {"nominee@example.net"}


# -- the table ---------------------------------------------------------------------------------------


def every_event() -> list[str]:
    """The members of every enumeration in every app's events.py."""
    found: list[str] = []
    for app in APPS:
        if (Path(settings.BASE_DIR) / app / "events.py").exists():
            module = importlib.import_module(f"{app}.events")
            kinds = [thing for thing in vars(module).values() if isinstance(thing, type)]
            found += [kind for own in kinds if issubclass(own, StrEnum) and own is not StrEnum for kind in own]
    return found


def test_every_event_is_routed_or_silent_and_never_both() -> None:
    events = every_event()
    assert len(events) == len(set(events))
    assert sorted([*ROUTES, *SILENT]) == sorted(events)


def test_every_route_has_its_templates_and_every_template_a_route() -> None:
    folders = {path.name for path in (Path(settings.BASE_DIR) / "templates/emails").iterdir() if path.is_dir()}
    used = {route.mail for routes in ROUTES.values() for route in routes}
    assert folders == used == set(Mail)
    for route in (route for routes in ROUTES.values() for route in routes):
        files = {path.name for path in (Path(settings.BASE_DIR) / f"templates/emails/{route.mail}").iterdir()}
        assert files == {"subject.txt", "body.txt"} | (set() if route.is_plain else {"body.html"})


def test_no_event_tells_the_same_kind_of_mail_twice() -> None:
    for routes in ROUTES.values():
        assert len({route.mail for route in routes}) == len(routes)


# -- who ---------------------------------------------------------------------------------------------


def confirm(cast: Cast) -> None:
    nominations.confirm(votes.make(Phase.AWAITING_CONFIRMATION, cast), by=act_as(cast.ada))


def resolve(cast: Cast) -> None:
    council.resolve(ResolutionKind.DESIGNATE_ADMIN, cast.mel, by=cast.sam)


def remove(cast: Cast) -> None:
    council.resolve(ResolutionKind.REMOVE_MEMBER, cast.mel, by=cast.sara)


def ask_again(cast: Cast) -> None:
    nominations.ask_again(votes.asked(cast), email="another@example.net", by=act_as(cast.mel))


def ask_to_annul(cast: Cast) -> None:
    nominations.ask_to_annul(votes.failed(cast), "The mails were lost.", by=act_as(cast.ada))


def remind_voters(cast: Cast) -> None:
    """Five days in, Mia, Rita, Abel and Sara have voted."""
    vote = votes.open_vote(votes.proposed(cast), cast.ada, at=clock.now() - 5 * votes.DAY)
    votes.cast_ballots(vote, votes.passing(cast))
    nominations.remind(vote)


def remind_council(cast: Cast) -> None:
    nominations.remind(votes.counted(cast, votes.passing(cast), opened=12 * votes.DAY))


def remind_of_silence(cast: Cast) -> None:
    nominations.remind(votes.make(Phase.AWAITING_CONFIRMATION, cast).vote)


def vote_of_mia(cast: Cast) -> None:
    votes.cast_ballots(votes.open_vote(votes.proposed(cast), cast.ada), {cast.mia: votes.NO}, at=clock.now())


def hand_over(cast: Cast) -> None:
    triage.hand_over(reports.coordinated(cast.mel), cast.mia, by=act_as(cast.mel))


def note(report: Report, member: Person) -> None:
    conversation.write_note(report, "Seen.", by=act_as(member))


def reply(report: Report) -> None:
    conversation.reply(report, "Here is more.", by=reports.holder_of(report))


Story = tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]

STORIES: list[Story] = [
    ("proposed", NominationEvent.PROPOSED, votes.asked, {Mail.NOMINEE_ASKED: NOMINEE}),
    ("answered before the mail went", NominationEvent.PROPOSED, votes.proposed, {Mail.NOMINEE_ASKED: set()}),
    ("asked again", NominationEvent.ASKED_AGAIN, ask_again, {Mail.NOMINEE_ASKED: {"another@example.net"}}),
    ("asked again, the first", NominationEvent.PROPOSED, ask_again, {Mail.NOMINEE_ASKED: set()}),
    ("accepted", NominationEvent.CONSENTED, votes.proposed, {Mail.ATTENTION: {"ada", "abel"}}),
    ("declined", NominationEvent.DECLINED, votes.declined, {Mail.ATTENTION: {"mel"}}),
    (
        "commented",
        NominationEvent.COMMENTED,
        lambda cast: nominations.comment(votes.proposed(cast), "Seen.", by=act_as(cast.mia)),
        {Mail.ATTENTION: {"mel"}},
    ),
    (
        "commented by the nominator",
        NominationEvent.COMMENTED,
        lambda cast: nominations.comment(votes.proposed(cast), "Seen.", by=act_as(cast.mel)),
        {Mail.ATTENTION: set()},
    ),
    (
        "extended",
        NominationEvent.EXTENDED,
        lambda cast: nominations.extend(votes.opened(cast), hours=24, reason="Down.", by=act_as(cast.ada)),
        {Mail.VOTE_EXTENDED: MEMBERS},
    ),
    (
        "cancelled",
        NominationEvent.CANCELLED,
        votes.cancelled,
        {Mail.ATTENTION: MEMBERS - {"ada"}, Mail.PRIVATE_NEWS: NOMINEE},
    ),
    ("asked to annul", NominationEvent.ANNULMENT_ASKED, ask_to_annul, {Mail.ATTENTION: {"abel"}}),
    ("annulled before the mail went", NominationEvent.ANNULMENT_ASKED, votes.annulled, {Mail.ATTENTION: set()}),
    (
        "annulled",
        NominationEvent.ANNULLED,
        votes.annulled,
        {Mail.ATTENTION: MEMBERS - {"abel"}, Mail.PRIVATE_NEWS: NOMINEE},
    ),
    ("half time", NominationEvent.VOTERS_REMINDED, remind_voters, {Mail.VOTE_REMINDER: {"ada", "mel", "newt"}}),
    ("half of the window", NominationEvent.COUNCIL_REMINDED, remind_council, {Mail.VETO_WINDOW: {"sara", "sam"}}),
    ("silence", NominationEvent.VETO_LAPSED, remind_of_silence, {Mail.ATTENTION: {"ada", "abel"}}),
    (
        "passed with few",
        NominationEvent.CLOSED,
        lambda cast: votes.counted(cast, {cast.mia: votes.YES}, opened=votes.DAY * 9),
        {
            Mail.VOTE_CLOSED: MEMBERS,
            Mail.VETO_WINDOW: {"sara", "sam"},
            Mail.ATTENTION: {"ada", "abel"},
            Mail.PRIVATE_NEWS: set(),
        },
    ),
    (
        "withdrawn early",
        NominationEvent.WITHDRAWN,
        lambda cast: nominations.withdraw(votes.proposed(cast), by=act_as(cast.mel)),
        {Mail.ATTENTION: {"ada", "abel"}, Mail.PRIVATE_NEWS: NOMINEE},
    ),
    (
        "withdrawn while open",
        NominationEvent.WITHDRAWN,
        votes.withdrawn,
        {Mail.ATTENTION: MEMBERS - {"mel"}, Mail.PRIVATE_NEWS: NOMINEE},
    ),
    ("opened", NominationEvent.OPENED, votes.opened, {Mail.VOTE_OPEN: MEMBERS}),
    ("ballot", NominationEvent.BALLOT_RECORDED, vote_of_mia, {Mail.BALLOT_RECORDED: {"mia"}}),
    (
        "passed",
        NominationEvent.CLOSED,
        lambda cast: votes.make(Phase.VETO_WINDOW, cast),
        {
            Mail.VOTE_CLOSED: MEMBERS,
            Mail.VETO_WINDOW: {"sara", "sam"},
            Mail.ATTENTION: set(),
            Mail.PRIVATE_NEWS: set(),
        },
    ),
    (
        "failed",
        NominationEvent.CLOSED,
        lambda cast: votes.make(Phase.FAILED, cast),
        {Mail.VOTE_CLOSED: MEMBERS, Mail.VETO_WINDOW: set(), Mail.ATTENTION: set(), Mail.PRIVATE_NEWS: NOMINEE},
    ),
    (
        "vetoed",
        NominationEvent.VETO_RECORDED,
        lambda cast: votes.decided(cast, DecisionKind.VETO),
        {Mail.NOMINATION_DECIDED: MEMBERS, Mail.PRIVATE_NEWS: NOMINEE},
    ),
    (
        "joined",
        NominationEvent.NO_VETO_RECORDED,
        lambda cast: votes.joined(cast, cast.olga),
        {Mail.NOMINATION_DECIDED: MEMBERS, Mail.PRIVATE_NEWS: NOMINEE},
    ),
    (
        "confirmed",
        NominationEvent.CONFIRMED,
        confirm,
        {Mail.NOMINATION_DECIDED: MEMBERS - {"ada"}, Mail.PRIVATE_NEWS: NOMINEE},
    ),
    ("admin designated", NominationEvent.RESOLUTION_RECORDED, resolve, {Mail.ATTENTION: MEMBERS}),
    ("member removed", NominationEvent.RESOLUTION_RECORDED, remove, {Mail.ATTENTION: MEMBERS - {"mel", "sara"}}),
    (
        "invited",
        MemberEvent.INVITED,
        lambda cast: invite(cast.nora, email="nora@example.net", by=act_as(cast.ada)),
        {Mail.INVITATION: {"nora@example.net"}},
    ),
    (
        "report",
        AdvisoryEvent.REPORT_RECEIVED,
        lambda _cast: reports.received(),
        {Mail.ATTENTION: MEMBERS, Mail.REPORT_RECEIVED: REPORTER},
    ),
    (
        "report without an address",
        AdvisoryEvent.REPORT_RECEIVED,
        lambda _cast: reports.received(reporter_email=""),
        {Mail.ATTENTION: MEMBERS, Mail.REPORT_RECEIVED: set()},
    ),
    (
        "taken",
        AdvisoryEvent.COORDINATOR_TOOK,
        lambda cast: reports.coordinated(cast.mel),
        {Mail.PRIVATE_NEWS: REPORTER},
    ),
    ("handed over", AdvisoryEvent.HANDED_OVER, hand_over, {Mail.ATTENTION: {"mia"}}),
    (
        "answer to nobody yet",
        AdvisoryEvent.REPORTER_WROTE,
        lambda _cast: reply(reports.received()),
        {Mail.ATTENTION: MEMBERS},
    ),
    (
        "answer to the coordinator",
        AdvisoryEvent.REPORTER_WROTE,
        lambda cast: reply(reports.coordinated(cast.mel)),
        {Mail.ATTENTION: {"mel"}},
    ),
    (
        "message",
        AdvisoryEvent.MESSAGE_SENT,
        lambda cast: conversation.write_message(reports.received(), "Thanks.", by=act_as(cast.mel)),
        {Mail.PRIVATE_NEWS: REPORTER},
    ),
    (
        "note of another",
        AdvisoryEvent.NOTE_WRITTEN,
        lambda cast: note(reports.coordinated(cast.mel), cast.mia),
        {Mail.ATTENTION: {"mel"}},
    ),
    (
        "own note",
        AdvisoryEvent.NOTE_WRITTEN,
        lambda cast: note(reports.coordinated(cast.mel), cast.mel),
        {Mail.ATTENTION: set()},
    ),
    (
        "note on what nobody coordinates",
        AdvisoryEvent.NOTE_WRITTEN,
        lambda cast: note(reports.received(), cast.mia),
        {Mail.ATTENTION: set()},
    ),
    (
        "determined",
        AdvisoryEvent.DETERMINED,
        lambda cast: reports.determined(cast.mel, Determination.NOT_A_BUG),
        {Mail.PRIVATE_NEWS: REPORTER},
    ),
    (
        "reopened",
        AdvisoryEvent.REOPENED,
        lambda cast: triage.reopen(reports.determined(cast.mel), by=act_as(cast.mel)),
        {Mail.PRIVATE_NEWS: REPORTER},
    ),
    (
        "draft to approve",
        AdvisoryEvent.DRAFT_STARTED,
        lambda cast: reports.drafted(cast.mel),
        {Mail.ATTENTION: MEMBERS - {"mel"}},
    ),
    (
        "draft with holes",
        AdvisoryEvent.DRAFT_STARTED,
        lambda cast: reports.drafted(cast.mel, draft=replace(reports.DRAFT, description="")),
        {Mail.ATTENTION: set()},
    ),
    (
        "approved",
        AdvisoryEvent.APPROVED,
        lambda cast: reports.approved(cast.mel, cast.mia),
        {Mail.ATTENTION: {"mel"}},
    ),
    (
        "published",
        AdvisoryEvent.PUBLISHED,
        lambda cast: reports.published(cast.mel, cast.mia),
        {
            Mail.ANNOUNCEMENT: {"security-announce@lists.example.org"},
            Mail.ADVISORY_PUBLISHED: MEMBERS,
            Mail.PRIVATE_NEWS: REPORTER,
        },
    ),
]


@pytest.mark.parametrize(("kind", "happens", "expected"), [story[1:] for story in STORIES], ids=[s[0] for s in STORIES])
def test_an_event_is_mailed_to_exactly_these(
    cast: Cast, kind: StrEnum, happens: Callable[[Cast], object], expected: dict[str, set[str]]
) -> None:
    happens(cast)
    deliver()
    assert told(kind) == expected


def test_the_stories_cover_every_routed_event() -> None:
    assert {story[1] for story in STORIES} | {AdvisoryEvent.DRAFT_EDITED} == set(ROUTES)


def test_members_are_asked_for_approval_once_a_day_however_often_a_draft_is_edited(cast: Cast) -> None:
    report = reports.drafted(cast.mel)
    deliver()
    assert told(AdvisoryEvent.DRAFT_STARTED) == {Mail.ATTENTION: MEMBERS - {"mel"}}
    drafting.edit_draft(report, replace(reports.DRAFT, title="Another title"), revision=1, by=act_as(cast.mel))
    deliver()
    assert told(AdvisoryEvent.DRAFT_EDITED) == {Mail.ATTENTION: set()}
    with clock.pretend(clock.now() + votes.DAY * 2):
        drafting.edit_draft(report, replace(reports.DRAFT, title="A third title"), revision=2, by=act_as(cast.mel))
        deliver()
        assert told(AdvisoryEvent.DRAFT_EDITED) == {Mail.ATTENTION: MEMBERS - {"mel"}}


def test_everybody_hears_from_the_reporter_when_the_coordinator_cannot_sign_in_or_has_left(cast: Cast) -> None:
    report = reports.coordinated(cast.mel)
    cast.mel.user.is_active = False
    cast.mel.user.save()
    reply(report)
    deliver()
    assert told(AdvisoryEvent.REPORTER_WROTE) == {Mail.ATTENTION: MEMBERS - {"mel"}}


def test_voters_who_have_left_the_team_are_not_mailed(cast: Cast) -> None:
    nomination = votes.proposed(cast)
    votes.open_vote(nomination, cast.ada)
    day = clock.now().date()
    Membership.objects.filter(person=cast.mia).update(until=day, ended=MembershipEnded.EMERITUS)
    deliver()
    assert told(NominationEvent.OPENED) == {Mail.VOTE_OPEN: MEMBERS - {"mia"}}


def test_nobody_is_asked_for_what_is_over(cast: Cast) -> None:
    """A worker that was down for days."""
    nomination = votes.make(Phase.FAILED, cast)
    reports.determined(cast.mel, Determination.NOT_A_BUG)
    deliver()
    assert told(NominationEvent.PROPOSED) == {Mail.NOMINEE_ASKED: set()}
    assert told(NominationEvent.CONSENTED) == {Mail.ATTENTION: set()}
    assert told(NominationEvent.OPENED) == {Mail.VOTE_OPEN: set()}
    assert told(AdvisoryEvent.REPORT_RECEIVED) == {Mail.ATTENTION: set(), Mail.REPORT_RECEIVED: REPORTER}
    assert nomination.ended_at is not None


def test_the_council_is_not_asked_after_its_window(cast: Cast) -> None:
    votes.make(Phase.AWAITING_CONFIRMATION, cast)
    deliver()
    assert told(NominationEvent.CLOSED)[Mail.VETO_WINDOW] == set()


def test_a_nominee_on_the_council_is_not_asked_to_veto_themselves(cast: Cast) -> None:
    votes.make(Phase.VETO_WINDOW, cast, cast.sam)
    deliver()
    assert told(NominationEvent.CLOSED)[Mail.VETO_WINDOW] == {"sara"}


# -- events that should not be ---------------------------------------------------------------------------


def test_a_draft_is_never_announced_whatever_the_log_says(cast: Cast) -> None:
    report = reports.drafted(cast.mel)
    deliver()
    with transaction.atomic():
        record(AdvisoryEvent.PUBLISHED, target=reports.fresh_advisory(report), by=cast.mel, report=report.pk)
    messages = deliver()
    assert {message.to[0] for message in messages} <= {"remy@example.net", *(f"{name}@example.org" for name in MEMBERS)}
    assert not any(reports.DRAFT.title in everything_in(message) for message in messages)


def test_nobody_is_left_out_of_what_the_portal_itself_did(cast: Cast) -> None:
    nomination = votes.withdrawn(cast)
    deliver()
    with transaction.atomic():
        record(NominationEvent.ANNULLED, target=nomination, by=None, at=clock.now())
    deliver()
    assert told(NominationEvent.ANNULLED) == {Mail.ATTENTION: MEMBERS, Mail.PRIVATE_NEWS: NOMINEE}


def test_a_key_that_is_no_persons_is_nobody_among_people(cast: Cast) -> None:
    reports.received()
    event = Event.objects.get(kind=AdvisoryEvent.REPORT_RECEIVED)
    assert resolve_one(audiences.members, event, "announce") is None
    assert resolve_one(audiences.members, event, f"members.person:{cast.mia.pk}") == Recipient(
        f"members.person:{cast.mia.pk}", "mia@example.org", "Mia Member"
    )
