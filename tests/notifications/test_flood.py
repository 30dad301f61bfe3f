"""Many reports at once: the first are mailed one by one, the next ones together, and none is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination
from advisories.reports.models import Report
from audit import clock
from audit.models import label
from notifications import workflow
from notifications.models import Delivery, Notice, Reason
from notifications.workflow import FLOOD_MAILS, FLOOD_WINDOW
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.notifications.mailroom import deliver, links_in, wants_daily

pytestmark = pytest.mark.attack

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
#: Addressees of news about a report that nobody coordinates.
TEAM = 7


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = "http://testserver"


def flood(count: int, at: datetime = NOON, *, every: timedelta = timedelta(seconds=1)) -> list[Report]:
    """Receive reports, each mailed as soon as it may be."""
    received = []
    for number in range(count):
        with clock.pretend(at + number * every):
            received.append(reports.received(reporter_email="", days_ago=0))
            deliver()
    return received


def to(name: str) -> list[EmailMessage]:
    return [message for message in mail.outbox if message.to == [f"{name}@example.org"]]


def deliver_at(at: datetime) -> None:
    with clock.pretend(at):
        deliver()


def test_the_first_mails_go_at_once_and_the_next_ones_in_one(cast: Cast) -> None:
    flood(15)
    assert len(mail.outbox) == TEAM * FLOOD_MAILS
    deliver_at(NOON + FLOOD_WINDOW + timedelta(seconds=FLOOD_MAILS - 1))
    assert len(mail.outbox) == TEAM * FLOOD_MAILS
    deliver_at(NOON + FLOOD_WINDOW + timedelta(seconds=FLOOD_MAILS))
    assert len(mail.outbox) == TEAM * (FLOOD_MAILS + 1)
    [*_first, last] = to("mel")
    assert (last.subject, links_in(last)) == ("10 new reports", ["http://testserver/reports/"])


def test_every_report_is_told_to_everybody_once(cast: Cast) -> None:
    flood(12)
    deliver_at(NOON + timedelta(hours=1))
    notices = Notice.objects.filter(mail="attention")
    assert notices.count() == 12
    assert {notice.deliveries.filter(sent_at__isnull=False).count() for notice in notices} == {TEAM}
    assert not Delivery.objects.open().exists()


def test_a_long_flood_is_accepted_and_one_mail_each_ten_minutes(cast: Cast) -> None:
    before = Report.objects.system("a test counts").count()
    flood(73, every=timedelta(seconds=50))  # an hour
    assert Report.objects.system("a test counts").count() == before + 73
    deliver_at(NOON + timedelta(hours=2))
    subjects = [message.subject for message in to("mel")]
    sums = [subject for subject in subjects if subject.endswith("new reports")]
    assert len(subjects) - len(sums) == FLOOD_MAILS
    assert sum(int(subject.split()[0]) for subject in sums) == 73 - FLOOD_MAILS
    assert len(sums) == 6


def test_after_the_flood_mails_go_at_once_again(cast: Cast) -> None:
    flood(7)
    deliver_at(NOON + timedelta(minutes=15))
    mail.outbox.clear()
    flood(1, NOON + timedelta(minutes=30))
    assert [message.subject for message in to("mel")] == ["A new report"]


def test_reports_at_the_pace_of_a_bad_day_are_all_mailed_at_once(cast: Cast) -> None:
    flood(12, every=FLOOD_WINDOW / FLOOD_MAILS)
    assert len(to("mel")) == 12


def test_answers_of_reporters_count_as_well_and_are_named(cast: Cast) -> None:
    [report] = flood(1)
    for number in range(1, FLOOD_MAILS + 2):
        with clock.pretend(NOON + timedelta(seconds=number)):
            reports_workflow.reply(report, f"More {number}.", by=reports.holder_of(report))
            deliver()
    flood(2, NOON + timedelta(seconds=30))
    deliver_at(NOON + timedelta(hours=1))
    assert [message.subject for message in to("mel")][FLOOD_MAILS:] == ["2 new reports and 2 new answers"]


def test_the_coordinator_alone_is_spared_where_the_others_are_not_told(cast: Cast) -> None:
    with clock.pretend(NOON - timedelta(days=2)):
        report = reports.coordinated(cast.mel)
        deliver()
    mail.outbox.clear()
    for number in range(FLOOD_MAILS + 1):
        with clock.pretend(NOON + timedelta(seconds=number)):
            reports_workflow.reply(report, f"More {number}.", by=reports.holder_of(report))
            deliver()
    flood(1, NOON + timedelta(minutes=1))
    assert (len(to("mel")), len(to("mia"))) == (FLOOD_MAILS, 1)
    deliver_at(NOON + timedelta(hours=1))
    assert to("mel")[-1].subject == "1 new report and 1 new answer"


def test_who_wants_mail_once_a_day_gets_it_once_a_day(cast: Cast) -> None:
    wants_daily(cast.mia)
    flood(8)
    deliver_at(NOON + timedelta(hours=1))
    assert to("mia") == []
    deliver_at(NOON + timedelta(days=1))
    assert [message.subject for message in to("mia")] == ["Your day: new reports"]


def test_what_the_team_does_is_never_summed_up(cast: Cast) -> None:
    with clock.pretend(NOON):
        report = reports.coordinated(cast.mel)
        deliver()
        mail.outbox.clear()
        for number in range(FLOOD_MAILS + 3):
            reports_workflow.write_note(report, f"Seen {number}.", by=act_as(cast.mia))
        deliver()
    assert len(to("mel")) == FLOOD_MAILS + 3


def test_reports_that_are_closed_meanwhile_are_left_out_of_the_sum(cast: Cast) -> None:
    received = flood(FLOOD_MAILS + 3)
    with clock.pretend(NOON + timedelta(minutes=1)):
        for report in received[FLOOD_MAILS : FLOOD_MAILS + 2]:
            reports_workflow.coordinate(report, by=act_as(cast.mel))
            reports_workflow.determine(reports.fresh(report), Determination.NOT_A_BUG, by=act_as(cast.mel))
    deliver_at(NOON + timedelta(hours=1))
    assert to("mia")[-1].subject == "1 new report"
    dropped = Delivery.objects.filter(recipient=label(cast.mia), reason=Reason.LOST_ACCESS)
    assert dropped.count() == 2


def test_a_sum_that_a_worker_has_taken_up_is_not_added_to(cast: Cast) -> None:
    flood(FLOOD_MAILS + 2)
    sums = Delivery.objects.filter(is_flood=True, carrier=None, recipient=label(cast.mel))
    at = NOON + FLOOD_WINDOW + timedelta(minutes=1)
    with clock.pretend(at):
        workflow.claim(50)
        reports.received(reporter_email="", days_ago=0)
        for notice in Notice.objects.waiting(at):
            workflow.expand(str(notice.pk))
    assert sorted(one.carried.count() for one in sums) == [0, 1]


def test_a_report_in_a_flood_costs_the_same_queries_however_many_came(cast: Cast) -> None:
    def cost(at: datetime) -> int:
        with clock.pretend(at):
            reports.received(reporter_email="", days_ago=0)
            notice = Notice.objects.filter(mail="attention").latest("created_at")
            with CaptureQueriesContext(connection) as captured:
                workflow.expand(str(notice.pk))
        return len(captured)

    flood(FLOOD_MAILS + 1)
    few = cost(NOON + timedelta(minutes=1))
    flood(10, NOON + timedelta(minutes=2))
    assert cost(NOON + timedelta(minutes=3)) == few
