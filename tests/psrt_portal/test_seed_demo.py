"""The demo: an invented team with something in every phase, and only ever in an empty database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from pytest_django.plugin import DjangoDbBlocker

from advisories.publication.models import Advisory
from advisories.reports.enums import ReportPhase
from advisories.reports.models import Report
from audit import clock
from members.accounts.models import User
from members.people.models import Person
from members.people.queries.roster import roster
from nominations.models import Nomination, Phase
from notifications.models import Notice
from psrt_portal.demo import people
from tests.architecture.world import kept
from tests.factories import make_person


def seed(*options: str) -> str:
    """Run the command and return its output."""
    out = StringIO()
    call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def said(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The demo is in the database, once for all tests that only look; what the command said."""
    with kept(django_db_blocker, seed) as said:
        yield said


def test_the_demo_has_a_nomination_and_a_report_in_every_phase(said: str, db: None) -> None:
    assert said == f"The database now holds an invented team of {len(people.PARTS)} people and its history.\n"
    now = clock.now()
    phases = Counter(nomination.phase(now) for nomination in Nomination.objects.select_related("vote"))
    # A vote is counted within a minute of its end, and the council told within another one; one of the two open ones
    # shows both soon.
    assert set(phases) == set(Phase) - {Phase.CLOSING, Phase.COUNCIL_UNTOLD}
    reports = Report.objects.system("a test looks").whole()
    assert {report.phase for report in reports} == set(ReportPhase)
    assert Advisory.objects.published().count() >= 3


def test_the_demo_is_clearly_invented(said: str, db: None) -> None:
    assert {user.email.partition("@")[2] for user in User.objects.all()} == {"example.org"}
    reporters = Report.objects.system("a test looks").values_list("reporter_email", flat=True)
    assert {address.partition("@")[2] for address in reporters if address} == {"example.org"}
    assert all(advisory.cve_id.startswith("CVE-209") for advisory in Advisory.objects.published())


def test_everybody_of_the_demo_signs_in_with_the_code_that_the_page_shows(said: str, db: None) -> None:
    for part in people.PARTS:
        if part.signs_in:
            user = User.objects.get(email=part.email)
            assert user.check_password(people.PASSWORD)
            factor = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
            assert TOTP(factor).validate_code(part.code)


def test_the_demo_sends_no_mail_about_its_history(said: str, db: None) -> None:
    assert all((clock.now() - notice.event.at).days == 0 for notice in Notice.objects.select_related("event"))


def test_the_roster_of_the_demo_has_members_and_emeritus(said: str, db: None) -> None:
    team = roster(clock.now().date())
    emeriti = ["Karl Laboris", "Lena Commodo", "Milo Faucibus"]
    assert (len(team.members), [entry.name for entry in team.emeritus]) == (10, emeriti)


def test_a_database_that_holds_anything_is_refused(db: None) -> None:
    make_person("Somebody Real")
    before = sorted(person.name for person in Person.objects.all())
    with pytest.raises(CommandError, match="nothing was written"):
        seed()
    assert seed("--if-empty") == ""
    assert sorted(person.name for person in Person.objects.all()) == before
