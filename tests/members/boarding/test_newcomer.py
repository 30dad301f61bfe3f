"""What somebody reads who is being onboarded: how far they are, their accounts, and the Code of Conduct."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from audit import clock
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import CheckResult
from members.boarding.models import Checklist
from members.channels.models import Channel, ChannelAccount
from tests.cast import Browse, Cast, act_as
from tests.members.boarding.pages import accepted, begin, outside
from tests.members.people.test_public_views import text


@pytest.fixture
def onboarding(cast: Cast) -> Checklist:
    """Olga has a login with a second factor, and has not accepted yet."""
    return begin(cast.olga, email="")


@pytest.fixture
def olga(onboarding: Checklist, browse: Browse, cast: Cast) -> Client:
    return browse(cast.olga)


def title(client: Client) -> str:
    """Return the heading of the page that somebody gets after signing in."""
    return str(client.get("/dashboard/").context["newcomer"].title)


def test_a_newcomer_reads_how_far_they_are(onboarding: Checklist, olga: Client, cast: Cast) -> None:
    assert title(olga) == "Onboarding: 1 of 4 steps done"
    accepted(onboarding)
    assert title(olga) == "Onboarding: 2 of 4 steps done"
    for step in outside(onboarding):
        boarding_workflow.tick(step, done=True, by=act_as(cast.ada))
    assert title(olga) == "Onboarding: 3 of 4 steps done"
    assert text(olga.get("/dashboard/").content).count("Onboarding: 3 of 4 steps done") == 1


def test_a_newcomer_reads_which_invitation_to_accept(onboarding: Checklist, olga: Client) -> None:
    def note() -> str:
        return str(olga.get("/dashboard/").context["newcomer"].steps[2].note)

    assert note() == "Waiting for an admin: GitHub team, Mailing list, Chat."
    checked = {"checked_at": clock.now(), "check_run": uuid4(), "check_result": CheckResult.PENDING}
    onboarding.steps.filter(channel__kind="github").update(**checked)
    assert note() == "Accept the invitation: GitHub team. Waiting for an admin: Mailing list, Chat."


@pytest.mark.rule("JOIN-09")
def test_a_newcomer_is_asked_for_the_accounts_that_nobody_knows(
    onboarding: Checklist, olga: Client, cast: Cast
) -> None:
    chat = Channel.objects.get(kind="discord")

    def accounts() -> list[tuple[str, str]]:
        return [(own.channel, own.account) for own in olga.get("/dashboard/").context["newcomer"].accounts]

    noted = [("GitHub team", "olga"), ("Mailing list", cast.olga.user.email)]
    assert accounts() == [*noted, ("Chat", "")]
    ChannelAccount.objects.create(channel=chat, person=cast.olga, identifier="4711")
    assert accounts() == [*noted, ("Chat", "4711")]


@pytest.mark.rule("JOIN-09")
def test_a_newcomer_is_shown_the_code_of_conduct_and_whom_to_tell(olga: Client, settings: Settings) -> None:
    settings.CODE_OF_CONDUCT_URL, settings.CONDUCT_ADDRESS = "https://conduct.example.org/", "tell@example.org"
    page = olga.get("/dashboard/").content.decode()
    assert 'href="https://conduct.example.org/"' in page
    assert 'href="mailto:tell@example.org"' in page
