"""The areas of the dashboard and of the manage page: checklists, drift and the inactivity review."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from audit import clock
from audit.events import LOG, AuditEvent
from audit.log import record
from members.accounts import workflow as accounts_workflow
from members.channels import workflow as channels_workflow
from members.channels.connectors import NEEDED
from members.channels.models import Channel
from members.drift.models import Change, ChangeAct, DriftCheck, Finding, FindingKind, Reading
from members.inactivity.models import ReviewEntry
from members.inactivity.placing import year_after
from members.people.models import Person
from psrt_portal import dashboard
from psrt_portal.audit_log.page import LATE
from tests.cast import Browse, Cast, act_as
from tests.factories import make_person
from tests.members.boarding.pages import begin, leave
from tests.members.inactivity.reviews import announced, generated, sent
from tests.members.people.test_public_views import text
from web.dates import day_in_words

SOME_REVIEW = "0d6c3a52-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _connected(settings: Settings) -> None:
    """Connect the channels to servers that nobody asks here."""
    for kind, names in NEEDED.items():
        for name in names:
            setattr(settings, name, f"https://{kind}.example.org")


def notes(person: Person) -> dict[str, str]:
    """Return the badge of each area on the reader's dashboard."""
    contents = dashboard.contents(act_as(person), person, clock.now())
    return {area.title: area.urgency for area in contents["areas"]}


def checked(*findings: FindingKind, about: Person, channel: str = "github") -> Reading:
    """Make a check that found this about somebody, and return its reading."""
    at = clock.now()
    check = DriftCheck.objects.create(requested_at=at, finished_at=at)
    reading = Reading.objects.create(check_run=check, channel=Channel.objects.get(kind=channel), server="here")
    for kind in findings:
        Finding.objects.create(reading=reading, kind=kind, person=about, shown="name")
    return reading


def test_an_admin_reads_everything_the_council_its_own_part_and_a_member_nothing(cast: Cast) -> None:
    council = ["Suspensions", "Addresses to confirm", "Login resets"]
    everything = ["Onboarding", "Offboarding", *council, "Drift", "Inactivity review"]
    assert [list(notes(person)) for person in (cast.ada, cast.sam, cast.mel)] == [
        everything, [*council, "Inactivity review"], [],
    ]  # fmt: skip


def test_at_first_the_lines_say_what_was_never_done(cast: Cast) -> None:
    assert notes(cast.ada) == {
        "Onboarding": "",
        "Offboarding": "",
        "Drift": "Never checked",
        "Inactivity review": "To announce",
        "Suspensions": "",
        "Addresses to confirm": "",
        "Login resets": "",
    }


@pytest.mark.parametrize(
    ("kind", "badge"),
    [
        (AuditEvent.VERIFICATION_FAILED, "Check failed"),
        (AuditEvent.CHECKPOINT_FAILED, "No checkpoint kept"),
    ],
)
def test_an_audit_log_that_failed_its_check_is_first_on_the_admins_dashboard(
    cast: Cast, browse: Browse, kind: AuditEvent, badge: str
) -> None:
    def check(kind: AuditEvent) -> None:
        with transaction.atomic():
            record(kind, target=LOG, by=None)

    assert "Not verified yet" in text(browse(cast.ada).get("/manage/").content)
    check(kind)
    assert next(iter(notes(cast.ada).items())) == ("Audit log", badge)
    assert ["Audit log" in notes(person) for person in (cast.sam, cast.mel)] == [False, False]
    assert badge in text(browse(cast.ada).get("/manage/").content)
    check(AuditEvent.CHECKPOINT_KEPT)
    assert "Audit log" not in notes(cast.ada)
    assert "Complete" in text(browse(cast.ada).get("/manage/").content)


def test_a_check_of_the_audit_log_that_is_late_is_on_the_admins_dashboard(cast: Cast) -> None:
    at = clock.now()
    with transaction.atomic():
        record(AuditEvent.CHECKPOINT_KEPT, target=LOG, by=None, at=at)
    with clock.pretend(at + LATE):
        assert "Audit log" not in notes(cast.ada)
    with clock.pretend(at + LATE + timedelta(seconds=1)):
        assert notes(cast.ada)["Audit log"] == "Check is late"


def test_people_who_join_and_leave_are_counted(cast: Cast) -> None:
    begin(make_person("Nina New"))
    begin(make_person("Noel New", github=""), email="noel@example.net")
    leave(cast.mel)
    accounts_workflow.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    shown = notes(cast.ada)
    assert [shown[label] for label in ("Onboarding", "Offboarding", "Suspensions")] == [
        "2 on the way in", "1 is open", "1 in force",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "note"),
    [
        ([], "In step"),
        ([FindingKind.MISSING], "1 difference"),
        ([FindingKind.MISSING, FindingKind.PENDING], "2 differences"),
        ([FindingKind.MISSING, FindingKind.LEFT], "1 account of who left"),
    ],
)
def test_drift_says_what_the_newest_readings_found(cast: Cast, found: list[FindingKind], note: str) -> None:
    checked(FindingKind.LEFT, FindingKind.LEFT, about=cast.emil)
    checked(*found, about=cast.emil)
    assert notes(cast.ada)["Drift"] == note


def test_each_channel_counts_by_its_own_newest_reading(cast: Cast) -> None:
    checked(FindingKind.MISSING, about=cast.mel, channel="github")
    checked(FindingKind.MISSING, about=cast.mel, channel="mailman")
    assert notes(cast.ada)["Drift"] == "2 differences"


def test_a_former_member_in_a_channel_waits_for_admins_alone(cast: Cast, browse: Browse) -> None:
    checked(FindingKind.LEFT, about=cast.emil)
    sentence = "Emil Emeritus in GitHub team."
    assert [sentence in _dashboard(browse(person)) for person in (cast.ada, cast.mel, cast.sam)] == [True, False, False]


def test_a_channel_that_was_not_read_hides_nothing_that_was_seen_and_is_said(cast: Cast) -> None:
    checked(FindingKind.LEFT, about=cast.emil)
    outage = checked(about=cast.emil)
    Reading.objects.filter(pk=outage.pk).update(error="It does not answer.")
    assert notes(cast.ada)["Drift"] == "1 account of who left"
    Finding.objects.all().delete()
    assert notes(cast.ada)["Drift"] == "1 channel not read"


def test_a_finding_that_was_removed_or_is_read_no_more_waits_for_nobody(cast: Cast, settings: Settings) -> None:
    finding = checked(FindingKind.LEFT, about=cast.emil).findings.get()
    at = clock.now()
    change = Change.objects.create(finding=finding, act=ChangeAct.REMOVE, confirmed_by=cast.ada, confirmed_at=at)
    shown = [notes(cast.ada)["Drift"]]
    Change.objects.filter(pk=change.pk).update(done_at=at)
    shown.append(notes(cast.ada)["Drift"])
    change.delete()
    settings.GITHUB_API_URL = ""
    shown.append(notes(cast.ada)["Drift"])
    assert shown == ["1 account of who left", "In step", "In step"]


def test_a_retired_list_is_seen_no_more(cast: Cast, browse: Browse) -> None:
    ours = channels_workflow.save_channel(None, name="Old list", to_let_in="", to_let_out="", by=act_as(cast.ada))
    reading = checked(FindingKind.LEFT, about=cast.emil)
    Reading.objects.filter(pk=reading.pk).update(channel=ours)
    assert "Emil Emeritus in Old list." in _dashboard(browse(cast.ada))
    channels_workflow.retire_channel(ours, by=act_as(cast.ada))
    assert "Emil Emeritus in Old list." not in _dashboard(browse(cast.ada))


def _dashboard(client: Client) -> str:
    return text(client.get("/dashboard/").content)


def test_the_inactivity_review_says_where_it_stands_from_notice_to_the_next(cast: Cast) -> None:
    def shown() -> str:
        return notes(cast.ada)["Inactivity review"]

    review = announced(cast.ada)
    with clock.pretend(review.announced_at):
        stages = [shown()]
    with clock.pretend(review.due_at):
        stages.append(shown())
    generated(review)
    stages.append(shown())
    sent(review, cast.ada)
    waiting = review.entries.to_decide().count()
    stages.append(shown())
    ReviewEntry.objects.to_decide().delete()
    with clock.pretend(review.due_at + timedelta(days=30)):
        stages.append(shown())
    with clock.pretend(review.due_at + timedelta(days=400)):
        stages.append(shown())
    made_on = review.due_at.date()
    assert stages == [
        f"Notice until {day_in_words(review.due_at.date())}",
        "Lists to make",
        "To send",
        f"{waiting} names to decide",
        f"Next on {day_in_words(year_after(made_on))}",
        "To announce",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("people/?page=2", "people/?page=2"),
        ("yearly", "inactivity"),
        ("yearly/announce/", "inactivity/announce/"),
        (f"yearly/{SOME_REVIEW}/report.csv", f"inactivity/{SOME_REVIEW}/review.csv"),
        ("yearly-notes/", "yearly-notes/"),
    ],
)  # fmt: skip
def test_an_address_below_membership_leads_to_its_new_one(cast: Cast, browse: Browse, old: str, new: str) -> None:
    response = browse(cast.ada).get(f"/membership/{old}")
    assert (response.status_code, response["Location"]) == (301, f"/manage/{new}")
