"""Mail that does not go out: when admins are alarmed, what they read, and what stays out of sight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from audit import clock
from notifications import workflow
from notifications.causes import EXPLANATIONS, Cause, cause_of
from notifications.models import LATE_AFTER, Delivery, Notice, Reason
from notifications.pages.waiting import state_of
from notifications.queries import waiting_mail
from psrt_portal import dashboard, manage
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver, wants_daily
from tests.notifications.test_sending import queue
from tests.notifications.test_views import FAILURES, queries
from web.waiting import Waiting

TEN_FORTY = datetime(2026, 3, 3, 10, 40, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def text(client: Client, path: str) -> str:
    """Return a page's text with white space folded."""
    return " ".join(client.get(path).content.decode().split())


def wait(error: str, *names: str, since: datetime = TEN_FORTY) -> None:
    """Let mails wait since then for this error."""
    keys = [delivery.pk for delivery in queue(*names).values()]
    Delivery.objects.filter(pk__in=keys).update(
        trying_since=since, due_at=since + timedelta(hours=2), error=error, tries=1
    )


def alarms(cast: Cast, now: datetime, *, of: str = "ada") -> list[tuple[str, str]]:
    """Return titles and details of what the dashboard says of mail."""
    person = getattr(cast, of)
    waiting: list[Waiting] = dashboard.contents(act_as(person), person, now)["waiting"]
    return [(item.title, item.detail) for item in waiting if item.url == FAILURES]


def badge(cast: Cast, now: datetime) -> tuple[str, str]:
    [area] = [area for group in manage.groups(cast.ada, now) for area in group.rows if area.url == FAILURES]
    return area.urgency, area.tone


# -- the alarm ---------------------------------------------------------------------------------------------


def test_after_ten_minutes_the_dashboard_says_how_many_wait_since_when_and_why(cast: Cast) -> None:
    wait("ConnectionRefusedError", *(f"guest{number}" for number in range(18)))
    assert alarms(cast, TEN_FORTY + LATE_AFTER - SECOND) == []
    assert alarms(cast, TEN_FORTY + LATE_AFTER) == [
        ("18 mails have waited since 10:40 UTC", "The mail server does not answer.")
    ]


def test_the_next_day_the_alarm_names_the_day(cast: Cast) -> None:
    wait("TimeoutError", "ann")
    assert alarms(cast, TEN_FORTY + timedelta(days=1)) == [
        ("1 mail has waited since 3 March, 10:40 UTC", "The mail server does not answer.")
    ]


def test_the_alarm_names_the_cause_of_most(cast: Cast) -> None:
    wait("SMTPSenderRefused 550", "ann", "bob")
    wait("SMTPDataError 451", "cleo", since=TEN_FORTY - timedelta(hours=1))
    assert alarms(cast, TEN_FORTY + LATE_AFTER) == [
        ("3 mails have waited since 09:40 UTC", "The mail server refuses the portal’s own address.")
    ]


def test_notices_that_no_worker_takes_up_are_an_alarm_too(cast: Cast) -> None:
    with clock.pretend(TEN_FORTY):
        reports.received(reporter_email="", days_ago=0)
    number = Notice.objects.count()
    assert alarms(cast, TEN_FORTY + LATE_AFTER - SECOND) == []
    assert alarms(cast, TEN_FORTY + LATE_AFTER) == [
        (f"{number} mails have waited since 10:40 UTC", "No worker has taken them up.")
    ]


def test_the_alarm_is_for_admins_alone(cast: Cast) -> None:
    wait("TimeoutError", "ann")
    now = TEN_FORTY + LATE_AFTER
    assert [len(alarms(cast, now, of=name)) for name in ("ada", "abel", "mel", "sara")] == [1, 1, 0, 0]


def test_the_alarm_stands_above_what_has_days_left(cast: Cast) -> None:
    votes.opened(cast)
    now = clock.now()
    wait("TimeoutError", "ann", since=now - LATE_AFTER)
    first: Waiting = dashboard.contents(act_as(cast.ada), cast.ada, now)["waiting"][0]
    assert (first.url, first.tone) == (FAILURES, "critical")


def test_what_waits_by_design_is_no_alarm(cast: Cast) -> None:
    wants_daily(cast.mia)
    with clock.pretend(TEN_FORTY):
        for _ in range(8):
            reports.received(reporter_email="", days_ago=0)
            deliver()
    wait("HeldBack", "ann")
    assert Delivery.objects.open().exists()
    assert alarms(cast, TEN_FORTY + timedelta(minutes=19)) == []


def test_what_has_gone_failed_or_been_dropped_is_no_alarm(cast: Cast) -> None:
    wait("TimeoutError", "ann", "bob", "cleo")
    ann, bob, cleo = Delivery.objects.order_by("notice__created_at")
    Delivery.objects.filter(pk=ann.pk).update(sent_at=TEN_FORTY)
    Delivery.objects.filter(pk=bob.pk).update(failed_at=TEN_FORTY, reason=Reason.GAVE_UP)
    Delivery.objects.filter(pk=cleo.pk).update(dropped_at=TEN_FORTY, reason=Reason.NO_ADDRESS)
    assert alarms(cast, TEN_FORTY + timedelta(days=6)) == []


def test_a_digest_that_is_late_is_one_mail(cast: Cast) -> None:
    wants_daily(cast.mia)
    with clock.pretend(TEN_FORTY):
        for _ in range(3):
            reports.received(reporter_email="", days_ago=0)
        deliver()
    [morning] = set(Delivery.objects.open().values_list("due_at", flat=True))
    assert [title for title, _ in alarms(cast, morning + LATE_AFTER)] == ["1 mail has waited since 07:00 UTC"]


# -- the page ------------------------------------------------------------------------------------------------


def test_the_page_has_a_row_for_each_cause_longest_waiting_first(cast: Cast, browse: Browse) -> None:
    now = clock.now()
    wait("ConnectionRefusedError", "ann", since=now - timedelta(hours=1))
    wait("gaierror", "bob", since=now - timedelta(hours=2))
    wait("SMTPRecipientsRefused 451", "cleo", since=now - timedelta(hours=3))
    wait("HeldBack", "dora", since=now - timedelta(minutes=1))
    found = [(one.cause, one.number, one.since) for one in waiting_mail(now)]
    assert found == [
        (Cause.LATER, 1, now - timedelta(hours=3)),
        (Cause.AWAY, 2, now - timedelta(hours=2)),
        (Cause.HELD_BACK, 1, now - timedelta(minutes=1)),
    ]
    page = text(browse(cast.ada), FAILURES)
    expected = [EXPLANATIONS[cause] for cause in (Cause.LATER, Cause.AWAY, Cause.HELD_BACK)]
    assert [f"{why[0].upper()}{why[1:]}." in page and what in page for why, what in expected] == [True] * 3
    assert "No mail waits." not in page


def test_mail_on_its_way_is_not_on_the_page(db: None) -> None:
    queue("ann")
    assert state_of(clock.now()).is_quiet


def test_notices_that_cannot_be_worked_out_are_on_the_page(cast: Cast) -> None:
    with clock.pretend(TEN_FORTY):
        reports.received(reporter_email="", days_ago=0)
        reports.received(reporter_email="", days_ago=0)
        workflow.put_off_notice(str(Notice.objects.first().pk))  # type: ignore[union-attr]
    found = {one.cause: one.number for one in waiting_mail(TEN_FORTY + LATE_AFTER)}
    assert found == {Cause.RECIPIENTS: 1, Cause.NO_WORKER: Notice.objects.count() - 1}
    assert [detail for _, detail in alarms(cast, TEN_FORTY + LATE_AFTER)] == [
        "The portal failed to work out whom to tell."
    ]


def test_the_page_says_nothing_of_who_waits_for_what(cast: Cast, browse: Browse) -> None:
    votes.cast_ballots(votes.open_vote(votes.proposed(cast), cast.ada), {cast.mia: votes.NO}, at=clock.now())
    for notice in Notice.objects.all():
        workflow.expand(str(notice.pk))
    Delivery.objects.update(error="TimeoutError", tries=1)
    page = text(browse(cast.ada), FAILURES)
    assert "The mail server does not answer." in page
    assert not any(part in page for part in ("Mia", "ballot", "vote-open", "nominations.vote", "@example"))


def test_the_page_costs_the_same_for_one_mail_and_for_thirty(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    wait("TimeoutError", "ann")
    one = queries(client, FAILURES)
    wait("TimeoutError", *(f"guest{number}" for number in range(30)))
    assert queries(client, FAILURES) == one


def test_the_areas_say_how_mail_stands(cast: Cast) -> None:
    now = TEN_FORTY + LATE_AFTER
    assert badge(cast, now) == ("Nothing waits", "good")
    wait("TimeoutError", "ann")
    assert badge(cast, now) == ("1 waits", "critical")
    Delivery.objects.update(failed_at=now, reason=Reason.GAVE_UP)
    assert badge(cast, now) == ("1 failed", "now")
    workflow.pause("A restore.", operator="root")
    assert badge(cast, now) == ("Paused", "critical")


# -- causes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("", Cause.NO_WORKER),
        ("ConnectionRefusedError", Cause.AWAY),
        ("TimeoutError", Cause.AWAY),
        ("gaierror", Cause.AWAY),
        ("SMTPServerDisconnected", Cause.AWAY),
        ("SMTPConnectError 421", Cause.AWAY),
        ("SMTPAuthenticationError 535", Cause.SIGN_IN),
        ("SMTPNotSupportedError", Cause.SIGN_IN),
        ("SSLCertVerificationError", Cause.ENCRYPTION),
        ("SMTPSenderRefused 550", Cause.SENDER),
        ("SMTPRecipientsRefused 451", Cause.LATER),
        ("SMTPDataError 452", Cause.LATER),
        ("HeldBack", Cause.HELD_BACK),
        ("BadHeaderError", Cause.OURS),
        ("TemplateDoesNotExist", Cause.OURS),
    ],
)
def test_an_error_has_a_cause(error: str, cause: Cause) -> None:
    assert cause_of(error) == cause


def test_every_cause_has_words() -> None:
    assert set(EXPLANATIONS) == set(Cause)
