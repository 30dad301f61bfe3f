"""Each key is replaced as docs/operations.md says, and everybody finds their way back."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from advisories.reports import links as report_links
from advisories.reports.models import Report
from audit import clock
from members.accounts import links as invitation_links
from members.accounts import workflow
from nominations import links as nomination_links
from nominations.models import Nomination
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.factories import make_person
from tests.members.accounts.signing_in import code, give_app, sign_in_by_pages, type_code, type_password, unspend
from tests.nominations import factories as nominations
from tests.nominations.calendars import calendar_path

pytestmark = pytest.mark.attack

NEW = "a-new-key-0123456789-" * 4


def test_a_new_secret_key_signs_everybody_out_and_costs_no_factor(cast: Cast, settings: Settings) -> None:
    Authenticator.objects.all().delete()
    people = [cast.mel, cast.ada, cast.sam]
    browsers = {person: sign_in_by_pages(person) for person in people}
    settings.SECRET_KEY = NEW
    assert [client.get("/profile/").status_code for client in browsers.values()] == [302, 302, 302]
    for person in people:
        unspend(person)
        assert type_code(type_password(person, browsers[person]), code())["Location"] == "/dashboard/"
        assert browsers[person].get("/profile/").status_code == 200


def test_a_new_secret_key_with_the_old_one_kept_is_not_noticed(cast: Cast, settings: Settings) -> None:
    client = sign_in_by_pages(cast.mel)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = NEW
    assert client.get("/profile/").status_code == 200
    assert client.get("/accounts/sessions/").context["session_count"] == 1


def test_a_new_factor_key_is_not_noticed_and_the_old_one_can_go(cast: Cast, settings: Settings) -> None:
    Authenticator.objects.all().delete()
    client = sign_in_by_pages(cast.mel)
    give_app(cast.mia)
    settings.FACTOR_KEY_FALLBACKS = [settings.FACTOR_KEY]
    settings.FACTOR_KEY = NEW
    assert client.get("/profile/").status_code == 200
    sign_in_by_pages(cast.ada)
    assert type_code(type_password(cast.mia), code()).status_code == 302
    unspend(cast.mia)
    call_command("rotate_factor_key", verbosity=0)
    settings.FACTOR_KEY_FALLBACKS = []
    assert type_code(type_password(cast.mia), code()).status_code == 302
    assert client.get("/profile/").status_code == 200


def test_a_factor_key_without_the_old_one_ends_no_session_and_no_link(cast: Cast, settings: Settings) -> None:
    client, calendar = sign_in_by_pages(cast.mel), calendar_path(cast.mel)
    settings.FACTOR_KEY = NEW
    assert client.get("/profile/").status_code == 200
    assert Client().get(calendar).status_code == 200


def paths_of(cast: Cast) -> dict[str, str]:
    """An address of every kind of private link, made now."""
    invitation = cast.nora.invitations.pending().first() or workflow.invite(
        cast.nora, email="nora@example.org", by=act_as(cast.ada)
    )
    nomination = Nomination.objects.first() or nominations.propose(make_person("Nell Nominee"), cast.mel)
    report = Report.objects.system("a test").first() or reports.received()
    return {
        "invitation": invitation_links.path_of(invitation),
        "nominee": nomination_links.nominee_path(nomination),
        "report": report_links.path_of(report),
        "calendar": calendar_path(cast.mel),
    }


def statuses(paths: dict[str, str]) -> dict[str, int]:
    return {name: Client().get(path).status_code for name, path in paths.items()}


def test_a_new_link_key_ends_every_link_and_the_same_things_get_new_ones(cast: Cast, settings: Settings) -> None:
    before = paths_of(cast)
    assert statuses(before) == dict.fromkeys(before, 200)
    old, settings.LINK_KEY = settings.LINK_KEY, NEW
    assert statuses(before) == dict.fromkeys(before, 404)
    after = paths_of(cast)
    assert statuses(after) == dict.fromkeys(after, 200)
    settings.LINK_KEY_FALLBACKS = [old]
    assert statuses(before) == {**dict.fromkeys(before, 200), "calendar": 404}


def test_a_new_link_key_signs_nobody_out(cast: Cast, settings: Settings) -> None:
    client = sign_in_by_pages(cast.mel)
    settings.LINK_KEY = NEW
    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize("name", ["SECRET_KEY", "FACTOR_KEY"])
def test_links_work_on_under_a_new_key_of_another_kind(cast: Cast, settings: Settings, name: str) -> None:
    paths = paths_of(cast)
    setattr(settings, name, NEW)
    assert statuses(paths) == dict.fromkeys(paths, 200)


def test_an_invitation_that_is_sent_again_replaces_the_link(cast: Cast, settings: Settings) -> None:
    old = invitation_links.path_of(workflow.invite(cast.nora, email="nora@example.org", by=act_as(cast.ada)))
    settings.LINK_KEY = NEW
    again = workflow.invite(cast.nora, email="nora@example.org", by=act_as(cast.ada))
    assert [Client().get(path).status_code for path in (old, invitation_links.path_of(again))] == [404, 200]
    assert again.expires_at > clock.now()
