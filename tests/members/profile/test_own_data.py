"""The file with everything the portal holds about somebody: complete for them, and nothing of anybody else."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from allauth.usersessions.models import UserSession

from audit import clock
from audit.log import record
from audit.models import Event
from members.accounts import workflow
from members.accounts.events import AccountEvent
from members.boarding.models import Checklist
from members.channels.models import Channel, ChannelAccount
from members.inactivity.models import InactivityReview
from members.people.events import PeopleEvent
from members.people.models import FormerGitHubName, Person, Preferences, Role
from members.profile import workflow as profile_workflow
from nominations.tally import Choice
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.members.documents.pages import accept
from tests.nominations import factories as votes
from web.conflicts import NotAllowed

LEAVE, EXPORT = "/profile/leave/", "/profile/export.json"


def text(content: bytes) -> str:
    """A page's words with white space folded."""
    return " ".join(content.decode().split())


def export_of(person: Person | None) -> dict[str, Any]:
    return profile_workflow.export_own_data(by=act_as(person))


def test_the_page_says_what_is_in_the_file_and_a_post_downloads_it(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    assert "Ballots, and whether you voted: they leave the portal for nobody." in text(client.get(EXPORT).content)
    assert Event.objects.count() == 0
    response = client.post(EXPORT)
    assert response["Content-Disposition"] == 'attachment; filename="psrt-portal-my-data.json"'
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store, private"
    assert json.loads(response.content)["person"]["name"] == "Mel Member"
    event = Event.objects.get()
    assert (event.kind, event.target) == ("person:exported", f"people.person:{cast.mel.pk}")


def test_the_file_and_leaving_ask_for_a_fresh_factor(cast: Cast, browse: Browse) -> None:
    stale = browse(cast.mel, fresh=False)
    for path in (EXPORT, LEAVE):
        assert stale.get(path)["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fprofile%2F")
        assert "Send it again" in stale.post(path).content.decode()
    assert (Event.objects.count(), Checklist.objects.offboardings().count()) == (0, 0)


def test_the_file_holds_everything_of_ones_own(cast: Cast) -> None:
    mel = cast.mel
    fill(mel, cast)
    data = export_of(mel)
    assert list(data) == [
        "version", "portal", "made_at", "person", "preferences", "memberships", "roles", "acceptances", "invitations",
        "login_resets", "notifications",
        "channel_accounts", "github_accounts", "onboardings", "offboardings", "suspensions", "inactivity_reviews",
        "activity_notes", "coordinator_credits",
        "login", "last_active_on", "events",
    ]  # fmt: skip
    assert data["version"] == 2
    assert data["person"]["former_github_names"] == [{"name": "melly", "until": "2024-02-03"}]
    assert data["preferences"] == {
        "time_zone": "Asia/Tokyo", "away_until": None, "may_be_assigned": True,
    }  # fmt: skip
    assert data["memberships"] == [
        {
            "began": "vote", "ended": None, "since": "2020-01-01", "until": None, "ended_on_unknown_day": False,
            "authority": None, "end_authority": None,
        }
    ]  # fmt: skip
    assert [role["role"] for role in data["roles"]] == ["triager"]
    assert [one["version"] for one in data["acceptances"]] == [1]
    assert [one["email"] for one in data["invitations"]] == ["mel@example.net"]
    assert data["channel_accounts"] == [{"channel": "Mailing list", "identifier": "mel@lists.example.org"}]
    assert [one["answer_text"] for one in data["inactivity_reviews"]] == ["I was away."]
    assert (data["login"]["email"], [one["kind"] for one in data["login"]["second_factors"]]) == (
        "mel@example.org", ["totp"],
    )  # fmt: skip
    assert [one["address"] for one in data["login"]["sessions"]] == ["192.0.2.7"]
    assert data["last_active_on"] == clock.now().date().isoformat()


def fill(person: Person, cast: Cast) -> None:
    """Something in every part of the file; of Mia as well, which must not be in it."""
    at = clock.now()
    for one, name in ((person, "melly"), (cast.mia, "othername")):
        FormerGitHubName.objects.create(person=one, name=name, until=date(2024, 2, 3))
        address = f"{one.name.split()[0].lower()}@lists.example.org"
        ChannelAccount.objects.create(channel=Channel.objects.get(kind="mailman"), person=one, identifier=address)
        UserSession.objects.create(user=one.user, ip="192.0.2.7" if one == person else "192.0.2.8", session_key=name)
    Preferences.objects.create(person=person, time_zone="Asia/Tokyo", may_be_assigned=True)
    Role.objects.create(person=person, kind="triager", since=date(2021, 1, 1))
    accept(person, cast.mia)
    person.invitations.create(email="mel@example.net", invited_at=at, expires_at=at)
    review = InactivityReview.objects.create(since=at, announced_at=at, announced_by=cast.ada, due_at=at)
    review.entries.create(person=person, answer="active", answer_text="I was away.", answered_at=at)
    review.entries.create(person=cast.mia, answer="active", answer_text="A secret of Mia.", answered_at=at)
    reports.coordinated(person)


def test_the_file_says_nothing_of_others_of_secrets_and_of_ballots(cast: Cast) -> None:
    mel, mia = cast.mel, cast.mia
    fill(mel, cast)
    nomination = votes.proposed(cast)
    votes.cast_ballots(votes.open_vote(nomination, cast.ada), {mel: Choice.YES, mia: Choice.NO}, at=clock.now())
    workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    assert Event.objects.filter(kind="ballot:recorded", actor=f"people.person:{mel.pk}").count() == 1
    data = export_of(mel)
    written = json.dumps(data).lower()
    others = [one for one in Person.objects.exclude(pk=mel.pk) if str(one.pk) in written or one.name.lower() in written]
    assert others == []
    hidden = ("othername", "192.0.2.8", "mia@", "secret of mia", "never read", "ballot", "argon2", str(nomination.pk))
    assert [word for word in hidden if word in written] == []
    assert {tuple(event) for event in data["events"]} == {("kind", "at", "by")}


def test_the_file_has_the_events_by_and_about_the_person(cast: Cast) -> None:
    workflow.suspend(cast.mel, "Lost a laptop.", by=act_as(cast.ada))
    workflow.end_suspension(cast.mel.suspensions.get(), "Found.", by=act_as(cast.abel))
    votes.proposed(cast)
    record(AccountEvent.SIGNED_IN, target=cast.mel.user, by=cast.mel)
    record(PeopleEvent.PERSON_CORRECTED, target=cast.mel, by=None)
    workflow.suspend(cast.mia, "Lost another.", by=act_as(cast.ada))
    assert {(event["kind"], event["by"]) for event in export_of(cast.mel)["events"]} == {
        ("nomination:proposed", "you"),
        ("suspension:began", "somebody"),
        ("suspension:ended", "somebody"),
        ("invitation:sent", "somebody"),
        ("login:signed_in", "you"),
        ("person:corrected", "portal"),
    }


def test_a_person_without_a_login_has_a_file(cast: Cast) -> None:
    data = export_of(cast.nora)
    assert (data["login"], data["last_active_on"], data["events"]) == (None, None, [])


def test_an_anonymous_actor_has_no_file(db: None) -> None:
    with pytest.raises(NotAllowed):
        export_of(None)
