"""Events and the recipients of their mails, written out so that nobody is told by accident."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.db import transaction

from audit import clock
from audit.events import LOG, AuditEvent
from audit.log import record
from members.people.events import PeopleEvent
from members.profile.workflow import Profile, change_profile
from nominations import keys
from nominations import workflow as nominations
from nominations.events import NominationEvent
from nominations.models import DecisionKind, Phase
from notifications import workflow
from notifications.enums import Mail
from notifications.events import NotificationEvent
from tests.advisories import stories as reports_stories
from tests.advisories.inbox import stories as inbox_stories
from tests.advisories.projects import making as projects
from tests.cast import Cast, act_as
from tests.members.accounts import stories as accounts_stories
from tests.members.boarding import stories as boarding_stories
from tests.members.documents import pages as documents
from tests.members.drift import stories as drift_stories
from tests.members.inactivity import stories as inactivity_stories
from tests.members.people import stories as people_stories
from tests.members.resets import stories as resets_stories
from tests.nominations import factories as votes
from tests.nominations import stories as power_stories

MEMBERS = {"ada", "abel", "mel", "mia", "rita", "sara", "newt"}
REPORTER = {"remy@example.net"}
NOMINEE = {"nominee@example.net"}
COUNCIL = {"sam", "sara"}


def confirm(cast: Cast) -> None:
    nominations.confirm(votes.make(Phase.AWAITING_CONFIRMATION, cast), by=act_as(cast.ada))


def ask_again(cast: Cast) -> None:
    nominations.ask_again(votes.asked(cast), email="another@example.net", by=act_as(cast.mel))


def ask_to_annul(cast: Cast) -> None:
    nominations.ask_to_annul(votes.failed(cast), "The mails were lost.", by=act_as(cast.ada))


def remind_voters(cast: Cast) -> None:
    """Remind the voters after five days, when Mia, Rita, Abel and Sara have voted."""
    vote = votes.open_vote(votes.proposed(cast), cast.ada, at=clock.now() - 5 * votes.DAY)
    votes.cast_ballots(vote, votes.passing(cast))
    nominations.remind(vote)


def remind_council(cast: Cast) -> None:
    nominations.remind(votes.counted(cast, votes.passing(cast), opened=12 * votes.DAY))


def open_with_officer(cast: Cast) -> None:
    """Open a vote whose key Rita keeps."""
    nomination = votes.propose(cast.nora, cast.mel)
    votes.keeps_key(nomination, cast.rita, keys.make_pair()[1], by=cast.ada)
    nominations.open_vote(nomination, by=act_as(cast.ada))


def give_back(cast: Cast) -> None:
    office = nominations.ask_officer(votes.proposed(cast), cast.olga, by=act_as(cast.ada))
    nominations.give_office_back(office, by=act_as(cast.olga))


def remind_officer(cast: Cast) -> None:
    """Remind Rita, who keeps the key of a vote whose time is over."""
    with clock.pretend(clock.now() - 8 * votes.DAY):
        nomination = votes.propose(cast.nora, cast.mel)
        votes.keeps_key(nomination, cast.rita, keys.make_pair()[1], by=cast.ada)
        vote = nominations.open_vote(nomination, by=act_as(cast.ada))
    nominations.remind(vote)


def remind_of_silence(cast: Cast) -> None:
    nominations.remind(votes.make(Phase.AWAITING_CONFIRMATION, cast).vote)


def vote_of_mia(cast: Cast) -> None:
    votes.cast_ballots(votes.open_vote(votes.proposed(cast), cast.ada), {cast.mia: votes.NO}, at=clock.now())


def checked(kind: AuditEvent, **data: Any) -> Callable[[Cast], object]:
    """Return a nightly check of the audit log that found this."""

    def happen(_cast: Cast) -> None:
        with transaction.atomic():
            record(kind, target=LOG, by=None, **data)

    return happen


def pause_and_resume(_cast: Cast) -> None:
    workflow.pause("Moving the mail server.", operator="root")
    workflow.resume(operator="root")


CHECKPOINT: dict[str, Any] = {"sequence": 7, "hash": "5e" * 32, "verified_at": "2026-11-30T02:37:00Z"}

Story = tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]

STORIES: list[Story] = [
    (
        "checkpoint of the audit log",
        AuditEvent.CHECKPOINT_KEPT,
        checked(AuditEvent.CHECKPOINT_KEPT, **CHECKPOINT),
        {Mail.CHECKPOINT: {"ada", "abel"}},
    ),
    (
        "differences in the audit log",
        AuditEvent.VERIFICATION_FAILED,
        checked(AuditEvent.VERIFICATION_FAILED, differences=2),
        {Mail.AUDIT_ALARM: {"ada", "abel"} | COUNCIL},
    ),
    (
        "no checkpoint of the audit log",
        AuditEvent.CHECKPOINT_FAILED,
        checked(AuditEvent.CHECKPOINT_FAILED, error="OSError"),
        {Mail.AUDIT_ALARM: {"ada", "abel"} | COUNCIL},
    ),
    (
        "a pause of all mail",
        NotificationEvent.RESUMED,
        pause_and_resume,
        {Mail.MAIL_RESUMED: {"ada", "abel"} | COUNCIL},
    ),
    (
        "restored from a backup",
        AuditEvent.RESTORED,
        checked(AuditEvent.RESTORED, made_at="2026-11-30T02:37:00Z"),
        {Mail.RESTORED: {"ada", "abel"} | COUNCIL},
    ),
    *accounts_stories.STORIES,
    *boarding_stories.STORIES,
    *documents.STORIES,
    *projects.STORIES,
    *drift_stories.STORIES,
    *inactivity_stories.STORIES,
    *inbox_stories.STORIES,
    *power_stories.STORIES,
    *resets_stories.STORIES,
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
    ("officer", NominationEvent.COUNT_DUE, remind_officer, {Mail.KEY_OFFICE: {"rita"}}),
    (
        "asked to keep the key",
        NominationEvent.OFFICER_ASKED,
        lambda cast: nominations.ask_officer(votes.proposed(cast), cast.olga, by=act_as(cast.ada)),
        {Mail.KEY_OFFICE: {"olga"}},
    ),
    (
        "accepted to keep the key",
        NominationEvent.OFFICE_ACCEPTED,
        lambda cast: votes.keeps_key(votes.proposed(cast), cast.olga, keys.make_pair()[1], by=cast.ada),
        {Mail.ATTENTION: {"ada", "abel"}},
    ),
    ("declined to keep the key", NominationEvent.OFFICE_GIVEN_BACK, give_back, {Mail.ATTENTION: {"ada", "abel"}}),
    ("silence", NominationEvent.VETO_LAPSED, remind_of_silence, {Mail.ATTENTION: {"ada", "abel"}}),
    (
        "passed with few",
        NominationEvent.CLOSED,
        lambda cast: votes.counted(cast, {cast.mia: votes.YES}, opened=votes.DAY * 9),
        {
            Mail.VOTE_CLOSED: MEMBERS - {"sara"},
            Mail.VETO_WINDOW: {"sara", "sam"},
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
    ("opened", NominationEvent.OPENED, votes.opened, {Mail.VOTE_OPEN: MEMBERS, Mail.KEY_OFFICE: set()}),
    (
        "opened with an officer",
        NominationEvent.OPENED,
        open_with_officer,
        {Mail.VOTE_OPEN: MEMBERS - {"rita"}, Mail.KEY_OFFICE: {"rita"}},
    ),
    ("ballot", NominationEvent.BALLOT_RECORDED, vote_of_mia, {Mail.BALLOT_RECORDED: {"mia"}}),
    (
        "passed",
        NominationEvent.CLOSED,
        lambda cast: votes.make(Phase.VETO_WINDOW, cast),
        {
            Mail.VOTE_CLOSED: MEMBERS - {"sara"},
            Mail.VETO_WINDOW: {"sara", "sam"},
            Mail.PRIVATE_NEWS: set(),
        },
    ),
    (
        "failed",
        NominationEvent.CLOSED,
        lambda cast: votes.make(Phase.FAILED, cast),
        {Mail.VOTE_CLOSED: MEMBERS, Mail.VETO_WINDOW: set(), Mail.PRIVATE_NEWS: NOMINEE},
    ),
    (
        "vetoed",
        NominationEvent.VETO_CONFIRMED,
        lambda cast: votes.decided(cast, DecisionKind.VETO),
        {
            Mail.NOMINATION_DECIDED: (MEMBERS | COUNCIL) - {"sara"},
            Mail.PRIVATE_NEWS: NOMINEE,
            Mail.COUNCIL_DECISION: set(),
        },
    ),
    (
        "joined",
        NominationEvent.NO_VETO_RECORDED,
        lambda cast: votes.joined(cast, cast.olga),
        {Mail.NOMINATION_DECIDED: (MEMBERS | COUNCIL) - {"sam"}, Mail.PRIVATE_NEWS: {"olga"}},
    ),
    (
        "confirmed",
        NominationEvent.CONFIRMED,
        confirm,
        {Mail.NOMINATION_DECIDED: (MEMBERS | COUNCIL) - {"ada"}, Mail.PRIVATE_NEWS: NOMINEE},
    ),
    (
        "another name",
        PeopleEvent.RENAMED,
        lambda cast: change_profile(Profile("Melanie Member", "", False, "UTC"), by=act_as(cast.mel)),
        {Mail.ATTENTION: {"ada", "abel"}, Mail.TEAM_WATCH: COUNCIL, Mail.RECORD_CHANGED: set()},
    ),
    *people_stories.STORIES,
    *reports_stories.STORIES,
]
