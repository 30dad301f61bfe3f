"""Every mail, from a portal in which everything has happened, and the secrets that mails do not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import override_settings
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from advisories.publication import workflow as publication_workflow
from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination, ForwardOutcome
from advisories.reports.models import UNDO, Facts, Report, SplitPart
from audit import clock
from audit.events import AuditEvent
from members.accounts.workflow import invite, suspend
from members.people.models import RoleKind
from members.people.tally import CouncilTally
from nominations import workflow as nominations
from nominations.models import Category, DecisionKind, InterestKind, Newcomer, Nomination, ResolutionKind
from notifications import workflow as mails
from notifications.enums import Mail
from notifications.models import Delivery, Notice
from notifications.routes import ROUTES
from tests.advisories import factories as reports
from tests.advisories.inbox import stories as inbox_stories
from tests.architecture.world import kept
from tests.cast import Browse, Cast, act_as, assemble
from tests.factories import give_login, make_member
from tests.members.accounts import stories as accounts_stories
from tests.members.boarding import stories as boarding_stories
from tests.members.inactivity import stories as inactivity_stories
from tests.members.resets import stories as resets_stories
from tests.nominations import council
from tests.nominations import factories as votes
from tests.notifications import stories
from tests.notifications.mailroom import deliver, everything_in, html_of, links_in, messages_of, roll_in

SITE = "https://portal.example.org"
#: The subjects of all private mails, without days.
SUBJECTS = {
    "A ballot was recorded for you",
    "A comment on your nomination",
    "A council decision was objected to",
    "A council decision was recorded",
    "A council decision was recorded or changed",
    "A login of the team was reset",
    "A name on the team was corrected",
    "A new report",
    "A nomination is decided",
    "A nomination was withdrawn",
    "You are asked to coordinate a report",
    "A note on a report you coordinate",
    "Your advisory draft was approved",
    "Somebody named you to coordinate a report",
    "Somebody you asked to coordinate a report has left",
    "A report of yours was taken over",
    "Facts of a report you coordinate were corrected",
    "A report you coordinate was determined",
    "A forwarded report you coordinate was closed",
    "A report you coordinate is open again",
    "A reporter has answered",
    "A reset of a login was asked for",
    "A suspension has ended",
    "A vote has closed",
    "Add your second factor to sign in",
    "A vote is open until DAY",
    "A vote waits for you until DAY",
    "A vote was extended until DAY",
    "Addresses for logins were confirmed",
    "Are you still active? Please answer by DAY",
    "Checkpoint of the audit log",
    "Emergency suspension: please look today",
    "Inactivity review: an answer came",
    "Inactivity review: the list is ready",
    "Invitation to the PSRT portal: set up your access by DAY",
    "Mail is sent again after a pause",
    "Mail to the team waits in the inbox",
    "News about your nomination",
    "Onboarding: a step waits for an admin",
    "Onboarding: your next step",
    "Mel Member would like to nominate you to the Python Security Response Team",
    "Reset of your login: was it you?",
    "Somebody has joined the team",
    "Somebody leaves the team",
    "Somebody on the team is invited to a login",
    "Thank you for your time on the team",
    "The Steering Council may veto a nomination until DAY",
    "The check of the audit log failed: please look today",
    "The inactivity review waits for the Steering Council",
    "The portal was restored from a backup: please look today",
    "There is something to read about what you sent",
    "Welcome to the team",
    "What you sent has arrived",
    "You are asked to keep the key of a vote",
    "Your access to the portal has changed",
    "Your email address is about to change: was it you?",
    "Your login was reset: set it up again by DAY",
    "Your message is a report now",
    "Your message to the Python Security Response Team",
    "Your name or GitHub name was changed",
}


class Canaries:
    """Make random words, one for each confidential field, that no private mail may hold."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self) -> str:
        word = f"canary{uuid4().hex}"
        self.words.append(word)
        return word

    def found_in(self, text: str) -> list[str]:
        return [word for word in self.words if word in text]


def live_through_closings(cast: Cast, canary: Canaries, report: Report) -> None:
    """Correct, split, close, undo, tell and reopen a report, and leave it accepted; another one is forwarded."""
    mel, ada = act_as(cast.mel), act_as(cast.ada)
    reports_workflow.correct(
        report, replace(Facts.of(reports.fresh(report)), platform=canary()), revision=1, by=act_as(cast.mia)
    )
    deliver()  # before she coordinates it herself
    second = reports_workflow.split(report, SplitPart("cpython", canary(), canary(), canary()), by=mel)
    canary.words.append(second.reference)
    reports_workflow.determine(second, Determination.FORWARDED, by=ada, forwarded_to=canary(), message=canary())
    with clock.pretend(clock.now() + UNDO):
        reports_workflow.tell_outcome(second)
    reports_workflow.end_forward(second, ForwardOutcome.SILENT, by=ada, reason=canary())
    reports_workflow.determine(report, Determination.INVALID, by=ada, message=canary(), reason=canary())
    reports_workflow.undo(report, by=ada)
    reports_workflow.determine(report, Determination.INVALID, by=mel)
    with clock.pretend(clock.now() + UNDO):
        reports_workflow.tell_outcome(report)
        reports_workflow.reopen(report, canary(), by=mel)
    reports_workflow.determine(report, Determination.VULNERABILITY, by=mel)
    _leave_an_offer(cast)
    _release_a_duplicate(cast, canary)


def _leave_an_offer(cast: Cast) -> None:
    offered = reports.offered(cast.mel, cast.sara)
    Report.objects.system("a test").filter(pk=offered.pk).update(offered_to=cast.emil)
    reports_workflow.end_offer(offered)


def _release_a_duplicate(cast: Cast, canary: Canaries) -> None:
    original = reports.settled(cast.mel, summary=canary())
    repeated = reports.coordinated(cast.mel, summary=canary())
    reports_workflow.determine(repeated, Determination.DUPLICATE, by=act_as(cast.mel), duplicate_of=original)
    with clock.pretend(clock.now() + UNDO):
        reports_workflow.tell_outcome(repeated)
    rows = Report.objects.system("a test writes past the verbs").filter(pk=original.pk)
    rows.update(published_at=clock.now())
    reports_workflow.release(repeated)


def live_through_everything(cast: Cast, canary: Canaries) -> Report:
    """Cause every event that is mailed, on rows whose confidential fields are full of canaries."""
    report = reports.received(
        summary=canary(), description=canary(), versions_tested=canary(), versions_affected=canary(), impact=canary(),
        proof_of_concept=canary(), threat_model=canary(), found_with=canary(), known_elsewhere=canary(),
        reporter_name=canary(), credit_as=canary(),
    )  # fmt: skip
    canary.words.append(report.reference)
    reports_workflow.reply(report, canary(), by=reports.holder_of(report))
    reports_workflow.coordinate(report, by=act_as(cast.mel))
    reports_workflow.write_message(report, canary(), by=act_as(cast.mel))
    reports_workflow.write_note(report, canary(), by=act_as(cast.mia))
    live_through_closings(cast, canary, report)
    draft = replace(reports.DRAFT, title=canary(), description=canary(), cve_id="CVE-2099-7777")
    canary.words.append("CVE-2099-7777")
    publication_workflow.start_draft(report, draft, by=act_as(cast.mel))
    publication_workflow.approve(report, revision=1, by=act_as(cast.mia))
    offered = reports_workflow.offer(report, cast.rita, by=act_as(cast.mel))
    deliver()  # before it is answered, after which nobody is asked any more
    reports_workflow.decline_offer(offered, cast.mia, by=act_as(cast.rita))
    deliver()
    reports_workflow.accept_offer(offered, by=act_as(cast.mia))
    nominate(cast, canary)
    boarding_stories.live_through(cast, canary)
    stories.checked(AuditEvent.CHECKPOINT_KEPT, **stories.CHECKPOINT)(cast)
    stories.checked(AuditEvent.VERIFICATION_FAILED, differences=2)(cast)
    mails.pause(canary(), operator=canary())
    mails.resume(operator=canary())
    stories.checked(AuditEvent.RESTORED, made_at="2026-11-30T02:37:00Z")(cast)
    accounts_stories.live_through(cast, canary)
    resets_stories.live_through(cast, canary)
    inbox_stories.live_through(cast, canary)
    deliver()  # before the year, whose moments lie ahead
    inactivity_stories.live_through(cast, canary)
    return report


def nominate(cast: Cast, canary: Canaries) -> None:
    about: dict[str, Any] = {"category": Category.CORE, "email": "nominee@example.net", "by": act_as(cast.mel)}
    nominee = nominations.propose(Newcomer(canary(), ""), statement=canary(), **about).nominee
    deliver()  # before it is withdrawn, after which nobody is asked any more
    talked_about = Nomination.objects.get(nominee=nominee)
    nominations.comment(talked_about, canary(), by=act_as(cast.mia))
    nominations.endorse(talked_about, canary(), by=act_as(cast.mia))
    nominations.declare_interest(talked_about, InterestKind.OTHER, canary(), by=act_as(cast.mia))
    nominations.withdraw(talked_about, by=act_as(cast.mel))
    nominee.name = canary()
    nominee.save()
    vote = votes.counted(cast, votes.passing(cast), opened=votes.DAY * 9, nominee=nominee)
    deliver()  # before the decision, after which the council is not asked any more
    nominations.record_decision(
        vote.nomination,
        DecisionKind.NO_VETO,
        decided_on=vote.closes_at.date(),
        link=f"https://example.org/{canary()}",
        reason=canary(),
        tally=CouncilTally(2, 0, 0),
        by=act_as(cast.sam),
    )
    another = Newcomer(canary(), "")
    open_now = nominations.accept(nominations.propose(another, statement=canary(), **about))
    nominations.ask_officer(open_now, cast.rita, by=act_as(cast.ada))
    deliver()  # before it is opened, after which no admin is asked to, and before the request is taken back
    nominations.dismiss_officer(open_now, by=act_as(cast.ada))
    council_decides(cast, canary)
    vote = votes.open_vote(open_now, cast.ada, at=clock.now() - 5 * votes.DAY)
    votes.cast_ballots(vote, {cast.mia: votes.YES}, at=clock.now())
    nominations.remind(vote)
    nominations.extend(open_now, hours=24, reason=canary(), by=act_as(cast.ada))


def council_decides(cast: Cast, canary: Canaries) -> None:
    """Record a decision, while an admin is suspended, and object to it."""
    una = make_member("Una Unseen", RoleKind.ADMIN)
    give_login(una)
    suspend(una, canary(), by=act_as(cast.ada))
    resolution = council.record(ResolutionKind.DESIGNATE_ADMIN, cast.mia, by=cast.sam, reason=canary())
    nominations.object_to_resolution(resolution, canary(), by=act_as(cast.sara))


@dataclass(frozen=True)
class Lived:
    """Hold a portal in which everything has happened, and all its mail."""

    cast: Cast
    canary: Canaries
    report: Report
    messages: list[EmailMessage]


@pytest.fixture(scope="module")
def past(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Lived]:
    """Make it once for all tests of this module; what a test does to it is undone."""
    with override_settings(SITE_URL=SITE), kept(django_db_blocker, _live) as lived:
        yield lived


def _live() -> Lived:
    mail.outbox.clear()  # pytest-django does it before each test, which comes later
    cast, canary = assemble(), Canaries()
    report = live_through_everything(cast, canary)
    deliver()
    return Lived(cast, canary, report, list(mail.outbox))


@pytest.fixture
def lived(past: Lived, db: None) -> Lived:
    """Return it as it was, with its mail in the box."""
    mail.outbox[:] = past.messages
    return replace(past, cast=deepcopy(past.cast), report=deepcopy(past.report))


def test_no_mail_about_anything_private_says_what_it_is_about(lived: Lived) -> None:
    messages = list(mail.outbox)
    told = {notice.mail for notice in Notice.objects.all() if messages_of(notice)}
    assert told == set(Mail) - {Mail.ANNOUNCEMENT, Mail.ADVISORY_PUBLISHED}
    assert len(messages) > 40
    assert [lived.canary.found_in(everything_in(message)) for message in messages] == [[]] * len(messages)


def test_a_mail_states_public_facts_only(lived: Lived) -> None:
    publication_workflow.publish(lived.report, revision=1, by=act_as(lived.cast.mia))
    advisory = reports.fresh_advisory(lived.report)
    public = {advisory.title, advisory.description, advisory.cve_id}
    messages = deliver()
    assert len(messages) == 10  # seven of the cast, Olga, who has joined, the list, the reporter
    assert {word for message in messages for word in lived.canary.found_in(everything_in(message))} == public


# -- subjects and links --------------------------------------------------------------------------------


def test_subjects_are_these_and_no_others(lived: Lived) -> None:
    invite(lived.cast.nora, email="nora@example.net", by=act_as(lived.cast.ada))
    deliver()
    assert {kind_in(str(message.subject)) for message in mail.outbox} == SUBJECTS


def test_everybody_can_list_their_mail_after_everything_has_happened(lived: Lived, browse: Browse) -> None:
    for person in (lived.cast.ada, lived.cast.mel, lived.cast.sara, lived.cast.sam):
        page = browse(person).get(reverse("notifications:sent"))
        assert (page.status_code, len(page.context["rows"]) > 3) == (200, True)


def kind_in(subject: str) -> str:
    """Return a subject without its day, and without the number of a vote or a report in front of it."""
    unnumbered = re.sub(r"^(?:N-\d+|R-\w{6}): (.)", lambda found: found[1].upper(), subject)
    return re.sub(r"\d+ [A-Z][a-z]+$", "DAY", unnumbered)


def test_a_private_mail_carries_one_link_that_says_nothing(lived: Lived) -> None:
    direct = {route.mail for routes in ROUTES.values() for route in routes if route.is_direct}
    for notice in Notice.objects.exclude(mail__in=direct):
        for message in messages_of(notice):
            assert links_in(message) == [f"{SITE}/notices/{notice.pk}/"]
            assert html_of(message).count('href="') == 1
            assert f'href="{SITE}/notices/{notice.pk}/"' in html_of(message)


def test_a_reader_without_access_is_led_to_pages_that_say_nothing(lived: Lived) -> None:
    pages = {
        Mail.ONBOARDING: "profile",
        Mail.WELCOME: "dashboard",
        Mail.ACCESS_CHANGED: "members",
        Mail.THANKS: "members",
    }
    led = {
        (notice.mail, *links_in(message))
        for notice in Notice.objects.filter(mail__in=pages)
        for message in messages_of(notice)
    }
    assert led == {(mail, f"{SITE}/{page}/") for mail, page in pages.items()}


# -- the form of a message -----------------------------------------------------------------------------


@pytest.fixture
def everything(lived: Lived) -> list[EmailMessage]:
    """Return at least one message of every kind."""
    invite(lived.cast.nora, email="nora@example.net", by=act_as(lived.cast.ada))
    publication_workflow.publish(lived.report, revision=1, by=act_as(lived.cast.mia))
    deliver()
    assert set(Notice.objects.filter(deliveries__sent_at__isnull=False).values_list("mail", flat=True)) == set(Mail)
    return list(mail.outbox)


def test_every_message_has_one_recipient_and_an_id_of_its_own(everything: list[EmailMessage]) -> None:
    assert {(len(message.to), len(message.cc), len(message.bcc)) for message in everything} == {(1, 0, 0)}
    ids = [str(message.message()["Message-ID"]) for message in everything]
    assert sorted(ids) == sorted(Delivery.objects.values_list("message_id", flat=True))
    assert {one.partition("@")[2] for one in ids} == {"portal.example.org>"}


def test_every_message_says_that_nobody_wrote_it_and_when(everything: list[EmailMessage]) -> None:
    headers = [message.message() for message in everything]
    assert {str(one["Auto-Submitted"]) for one in headers} == {"auto-generated"}
    assert {str(one["From"]) for one in headers} == {"PSRT portal <portal@psrt.example.org>"}
    assert all(parsedate_to_datetime(str(one["Date"])) for one in headers)
    assert {tuple(sorted(set(one.keys()))) for one in headers} <= {
        ("Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"),
        (
            "Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version",
            "Message-ID", "Subject", "To",
        ),
    }  # fmt: skip


def test_every_text_is_plain_short_lined_and_complete(everything: list[EmailMessage]) -> None:
    for message in everything:
        if "security-announce" in message.to[0]:
            continue
        lines = set(str(message.body).splitlines()) - set(roll_in(message))
        assert [line for line in lines if len(line) > 72 and not line.startswith("https://")] == []
        assert not re.search(r"[{}]|None|&\w+;", str(message.body))
        assert not re.search(r"{[{%]|None|<img|\ssrc=", html_of(message))
