"""Digests: their recipients, moments and contents, and that no mail is lost by them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError
from pytest_django import Settings

from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination
from advisories.reports.models import Report
from audit import clock
from audit.models import label
from members.people.models import Membership, MembershipEnded, Person
from nominations.events import NominationEvent
from nominations.models import Nomination
from notifications import sending, workflow
from notifications.enums import Mail, Rhythm, Topic
from notifications.kinds import TOPICS, kind_of
from notifications.models import Delivery, Notice, Reason
from notifications.policy import NOTICES, NoticeAction
from notifications.routes import ROUTES
from notifications.timing import next_morning
from notifications.workflow import choose
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.mail import SmtpSink
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver, everything_in, wants_daily
from tests.notifications.test_sending import sink, to_server

__all__ = ["sink"]

EVENING = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
#: Seven in the morning in New York, which has no summer time yet.
MORNING = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SITE = "http://testserver"


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = SITE


@pytest.fixture
def mia(cast: Cast) -> Person:
    """Let a person want mail that can wait once a day."""
    wants_daily(cast.mia, "America/New_York")
    return cast.mia


def reports_come_in(count: int, at: datetime = EVENING) -> list[Notice]:
    """Receive reports, one a minute, each mailed at once, and return the notices to the members."""
    for number in range(count):
        with clock.pretend(at + timedelta(minutes=number)):
            reports.received(reporter_email="", days_ago=0)
            deliver()
    found = Notice.objects.filter(mail=Mail.ATTENTION, created_at__gte=at)
    return list(found.order_by("created_at"))[-count:]


def to_mia(messages: list[EmailMessage] | None = None) -> list[EmailMessage]:
    everything = mail.outbox if messages is None else messages
    return [message for message in everything if message.to == ["mia@example.org"]]


def notices_in(message: EmailMessage) -> list[str]:
    """Return the ids of the notices that a text leads to, in its order."""
    return re.findall(rf"{SITE}/notices/([0-9a-f-]+)/", str(message.body))


def in_the_morning(at: datetime = MORNING) -> list[EmailMessage]:
    """Return the messages that Mia gets then."""
    with clock.pretend(at):
        return to_mia(deliver())


def deliveries_of(person: Person) -> list[Delivery]:
    return list(Delivery.objects.filter(recipient=label(person)).order_by("notice__created_at"))


def end_membership(person: Person) -> None:
    Membership.objects.filter(person=person).update(until=EVENING.date(), ended=MembershipEnded.EMERITUS)


# -- when ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("2026-03-03T20:00", "America/New_York", "2026-03-04T12:00"),
        ("2026-03-04T11:59", "America/New_York", "2026-03-04T12:00"),
        ("2026-03-04T12:00", "America/New_York", "2026-03-05T12:00"),
        ("2026-03-07T20:00", "America/New_York", "2026-03-08T11:00"),  # the clocks go forward that night
        ("2026-10-31T20:00", "America/New_York", "2026-11-01T12:00"),  # and back
        ("2026-03-03T20:00", "Asia/Tokyo", "2026-03-03T22:00"),
        ("2026-03-03T20:00", "Pacific/Kiritimati", "2026-03-04T17:00"),
        ("2026-03-03T05:00", "Asia/Kathmandu", "2026-03-04T01:15"),
        ("2026-03-03T20:00", "Mars/Olympus", "2026-03-04T07:00"),
        ("2026-03-03T20:00", "../etc/passwd", "2026-03-04T07:00"),
    ],
)
def test_it_waits_for_the_next_seven_oclock_where_the_reader_is(at: str, zone: str, expected: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert next_morning(moment, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_notices_of_a_day_are_one_morning_mail_with_a_link_a_line(mia: Person) -> None:
    notices = reports_come_in(3)
    assert to_mia() == []
    assert {message.to[0] for message in mail.outbox} == {
        f"{name}@example.org" for name in ("ada", "abel", "mel", "rita", "sara", "newt")
    }
    assert in_the_morning(MORNING - timedelta(seconds=1)) == []
    [message] = in_the_morning()
    assert notices_in(message) == [str(notice.pk) for notice in notices]
    assert str(message.body).count("\nA new report\nhttp") == 3
    assert str(message.alternatives).count("/notices/") == 3  # type: ignore[attr-defined]
    assert in_the_morning(MORNING + timedelta(days=1)) == []
    assert {one.sent_at for one in deliveries_of(mia)} == {MORNING}


def test_the_mail_says_nothing_of_what_it_is_about(mia: Person) -> None:
    reports_come_in(1)
    [message] = in_the_morning()
    assert message.subject == "Your day: new reports"
    written = everything_in(message)
    report = Report.objects.system("a test").whole().get()
    assert not any(fact in written for fact in (report.reference, report.summary, report.reporter_name))


def test_a_notice_after_seven_waits_for_the_next_day(mia: Person) -> None:
    reports_come_in(1)
    [first] = in_the_morning()
    later = reports_come_in(1, MORNING)
    [second] = in_the_morning(MORNING + timedelta(days=1))
    assert notices_in(second) == [str(later[0].pk)]
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]


def test_everything_but_mail_of_that_one_kind_comes_at_once(cast: Cast, mia: Person) -> None:
    with clock.pretend(EVENING):
        votes.cast_ballots(votes.open_vote(votes.proposed(cast), cast.ada), {mia: votes.NO}, at=EVENING)
        subjects = {message.subject for message in to_mia(deliver())}
    reference = Nomination.objects.get().reference
    assert subjects == {f"{reference}: a vote is open until 10 March", f"{reference}: a ballot was recorded for you"}


def test_mail_about_deadlines_and_emergencies_cannot_wait() -> None:
    waits = {
        (str(kind), str(route.mail))
        for kind, routes in ROUTES.items()
        for route in routes
        if (topic := kind_of(route.mail, kind).topic) and Rhythm.DAILY in TOPICS[topic].rhythms
    }
    assert {event for event, _ in waits} >= {"report:received", "document:published", "consent:given"}
    hurry = {"suspension:began", "suspension:ended", NominationEvent.COUNT_DUE, NominationEvent.OPENED}
    assert {event for event, _ in waits} & hurry == set()
    # Whatever a digest replaces by a link must say nothing that only the mail itself holds.
    assert {mail for _, mail in waits} == {
        Mail.ATTENTION, Mail.NOMINATION_DECIDED, Mail.ADVISORY_PUBLISHED,
    }  # fmt: skip


def test_a_person_who_leaves_the_digest_gets_single_mails_again(mia: Person) -> None:
    reports_come_in(1)
    choose({Topic.NEW_REPORTS: Rhythm.AT_ONCE}, by=act_as(mia))
    reports_come_in(1, EVENING + timedelta(hours=1))
    assert [message.subject for message in to_mia()] == ["A new report"]
    assert [message.subject for message in in_the_morning()] == ["Your day: new reports"]


# -- who may still be told --------------------------------------------------------------------------------------


def test_a_digest_leaves_out_notices_its_reader_may_no_longer_see(mia: Person) -> None:
    """Leave out one of three reports, which is finished when the morning comes."""
    notices = reports_come_in(3)
    finish(notices[1])
    [message] = in_the_morning()
    assert notices_in(message) == [str(notices[0].pk), str(notices[2].pk)]
    ends = [(bool(one.sent_at), bool(one.dropped_at), one.reason) for one in deliveries_of(mia)]
    assert ends == [(True, False, ""), (False, True, Reason.LOST_ACCESS), (True, False, "")]


def finish(notice: Notice) -> None:
    """Let nobody be told of this report any more."""
    report = Report.objects.system("a test").whole().get(pk=notice.event.target_id)
    mel = act_as(Person.objects.get(slug="mel-member"))
    reports_workflow.determine(reports_workflow.coordinate(report, by=mel), Determination.NOT_A_BUG, by=mel)


def test_a_digest_can_leave_out_the_notice_it_began_with(mia: Person) -> None:
    notices = reports_come_in(2)
    finish(notices[0])
    [message] = in_the_morning()
    assert notices_in(message) == [str(notices[1].pk)]
    first, second = deliveries_of(mia)
    assert (first.sent_at, first.reason, second.sent_at, second.reason) == (MORNING, Reason.LOST_ACCESS, MORNING, "")
    may_open = [NOTICES.allows(NoticeAction.OPEN, act_as(mia), notice) for notice in notices]
    assert may_open == [False, True]


def test_nothing_goes_out_when_nothing_is_left(mia: Person) -> None:
    for notice in reports_come_in(2):
        finish(notice)
    assert in_the_morning() == []
    assert {(one.reason, one.dropped_at) for one in deliveries_of(mia)} == {(Reason.LOST_ACCESS, MORNING)}


def test_nothing_goes_out_to_who_has_left_the_team_meanwhile(mia: Person) -> None:
    reports_come_in(2)
    end_membership(mia)
    assert in_the_morning() == []
    assert {(one.reason, one.sent_at) for one in deliveries_of(mia)} == {(Reason.LOST_ACCESS, None)}


def test_nothing_goes_out_to_who_has_no_address_any_more(mia: Person) -> None:
    reports_come_in(2)
    type(mia.user).objects.filter(pk=mia.user.pk).update(email="")
    assert in_the_morning() == []
    assert {(one.reason, one.sent_at) for one in deliveries_of(mia)} == {(Reason.NO_ADDRESS, None)}


# -- none is lost ---------------------------------------------------------------------------------------------------


def test_a_worker_that_died_after_sending_repeats_it_with_the_same_id(mia: Person) -> None:
    reports_come_in(2)
    with clock.pretend(MORNING):
        [carrier] = [one for one in workflow.claim(50) if one.recipient == label(mia)]
        assert workflow.begin(carrier)
        message, told = sending._digest(carrier)
        assert message is not None
        message.send()
    assert {one.sent_at for one in told} == {None}
    [repeated] = in_the_morning(MORNING + timedelta(hours=1))
    assert repeated.extra_headers["Message-ID"] == message.extra_headers["Message-ID"] == carrier.message_id
    assert notices_in(repeated) == notices_in(message)
    assert in_the_morning(MORNING + timedelta(hours=5)) == []


def test_a_server_that_is_away_puts_all_of_it_off_and_loses_nothing(
    mia: Person, settings: Settings, sink: SmtpSink
) -> None:
    to_server(settings, sink)
    reports_come_in(2)
    sink.received.clear()
    sink.down()
    with clock.pretend(MORNING):
        sending.send_due()
    assert {one.sent_at for one in deliveries_of(mia)} == {None}
    sink.up()
    sending.rest.until = 0.0
    with clock.pretend(MORNING + timedelta(hours=1)):
        sending.send_due()
    assert len(sink.to("mia@example.org")) == 1
    assert None not in {one.sent_at for one in deliveries_of(mia)}


def test_a_refused_digest_is_one_failed_mail_and_trying_again_sends_all_of_it(
    cast: Cast, mia: Person, settings: Settings, sink: SmtpSink
) -> None:
    to_server(settings, sink)
    reports_come_in(2)
    sink.refused = {"mia@example.org"}
    with clock.pretend(MORNING):
        sending.send_due()
    [failed] = Delivery.objects.failed()
    sink.refused = set()
    with clock.pretend(MORNING + timedelta(hours=1)):
        workflow.try_again(failed, by=act_as(cast.ada))
        sending.send_due()
    assert [one.message_id for one in sink.to("mia@example.org")] == [failed.message_id]
    assert {bool(one.sent_at) for one in deliveries_of(mia)} == {True}


def test_a_notice_that_comes_while_the_digest_is_sent_is_a_mail_of_its_own(mia: Person) -> None:
    """Work out the recipients a moment before seven, and write them a moment after."""
    reports_come_in(1)
    with clock.pretend(MORNING):
        [carrier] = [one for one in workflow.claim(50) if one.recipient == label(mia)]
        assert workflow.begin(carrier)
    reports_come_in(1, MORNING - timedelta(seconds=1))
    assert [one.carrier for one in deliveries_of(mia)] == [None, None]
    sent = in_the_morning(MORNING + timedelta(hours=1))
    assert sorted(len(notices_in(message)) for message in sent) == [1, 1]


def test_a_carried_delivery_is_never_claimed(mia: Person) -> None:
    reports_come_in(3)
    with clock.pretend(MORNING):
        assert len(workflow.claim(50)) == 1
    carried = Delivery.objects.exclude(carrier=None)
    assert carried.count() == 2
    with pytest.raises(IntegrityError, match=r"neither_claimed_nor_tried|CHECK"):
        carried.update(claimed_until=MORNING)


def test_a_notice_in_a_digest_leads_where_it_always_did(mia: Person, browse: Browse) -> None:
    [notice] = reports_come_in(1)
    in_the_morning()
    answer = browse(mia).get(f"/notices/{notice.pk}/")
    assert answer["Location"].startswith("/reports/")
