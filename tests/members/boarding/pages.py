"""Checklists in every phase, for tests of one page and for promises about all pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.test import Client

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist, ChecklistStep
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role
from tests.cast import Cast, act_as
from tests.factories import complete, make_member, make_person
from tests.members.people.test_public_views import text

LOGIN, RESPONSIBILITIES = "Signs in with a second factor", "Responsibilities accepted"
CHANNELS = ["GitHub team", "Mailing list", "Chat"]


def begin(person: Person, *, email: str = "nora@example.net") -> Checklist:
    """Approve somebody, and invite them if `email` is given."""
    return boarding_workflow.begin_onboarding(
        person, began=MembershipBegan.VOTE, authority="a vote", by=None, at=clock.now(), email=email
    )


def leave(person: Person, ending: MembershipEnded = MembershipEnded.EMERITUS) -> Checklist:
    """End somebody's membership."""
    return boarding_workflow.begin_offboarding(person, ending=ending, authority="a mail", by=None, at=clock.now())


def accepted(boarding: Checklist) -> Checklist:
    """Note that the responsibilities are accepted, which an onboarding needs before its channels."""
    if not boarding.is_out and boarding.accepted_at is None:
        boarding.accepted_at = clock.now()
        boarding.save(update_fields=["accepted_at"])
    return boarding


def tick_all(boarding: Checklist, by: Person) -> None:
    """Tick off every channel but the portal itself; of an onboarding, after the responsibilities."""
    accepted(boarding)
    for step in outside(boarding):
        boarding_workflow.tick(step, done=True, by=act_as(by))


def outside(boarding: Checklist) -> list[ChecklistStep]:
    """Return the steps but for the portal's own login."""
    return list(boarding.steps.select_related("channel").exclude(channel__kind="login"))


def missing(boarding: Checklist) -> list[str]:
    """Return what is missing now, read from the database."""
    return boarding.missing(clock.now())


def phase(boarding: Checklist) -> str:
    """Return the phase now, read from the database."""
    return Checklist.objects.get(pk=boarding.pk).phase(clock.now()).value


#: Pages about people that other apps serve.
_ROUTES = {
    "person": "people:record",
    "suspend": "accounts:suspend",
    "end_suspension": "accounts:end_suspension",
    **{name: f"people:{name}" for name in ("add", "correct", "add_membership", "add_role")},
    **{name: f"people:{name}" for name in ("correct_membership", "end_role")},
}


def addresses(cast: Cast) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Return the addresses of pages about checklists, by name and state."""
    running, done = begin(make_person("Otto Onboarding")), begin(make_person("Cora Complete", github=""), email="")
    given_up = begin(make_person("Gus Givenup", github=""), email="")
    ready = begin(make_person("Rhea Ready", github=""), email="")
    complete(done, by=cast.ada)
    boarding_workflow.cancel_onboarding(given_up, "He changed his mind.", by=act_as(cast.ada))
    leaving, left = leave(make_member("Lea Leaving")), leave(make_member("Liv Left", github=""))
    tick_all(left, cast.ada)
    boarding_workflow.finish_offboarding(left, by=act_as(cast.ada))
    suspension = accounts_workflow.suspend(
        make_member("Sue Suspended", github="sue"), "A lost laptop.", by=act_as(cast.ada)
    )
    person, mel = {"slug": "mel-member"}, cast.mel
    gone = make_member("Mo Memoriam", github="mo")
    memorial = {"pk": str(boarding_workflow.record_death(gone, "A mail.", by=act_as(cast.ada)).pk)}
    membership = Membership.objects.get(person=mel)
    pages = {
        ("add", ""): {},
        ("person", ""): person,
        ("person", "outsider"): {"slug": "olga-outsider"},
        ("person", "missing"): {"slug": f"nobody-{uuid4().hex[:8]}"},
        **{(name, ""): person for name in ("correct", "add_membership", "add_role", "offboard", "suspend")},
        ("suspend", "admin"): {"slug": "ada-admin"},
        ("correct_membership", ""): {"pk": str(membership.pk)},
        ("end_role", ""): {"pk": str(Role.objects.get(person=cast.rita).pk)},
        ("onboarding", ""): {"pk": str(running.pk)},
        ("onboarding", "complete"): {"pk": str(done.pk)},
        ("onboarding", "given_up"): {"pk": str(given_up.pk)},
        ("complete", ""): {"pk": str(ready.pk)},
        ("cancel_onboarding", ""): {"pk": str(running.pk)},
        ("tick_onboarding", ""): {"pk": str(running.pk), "step": str(_step(running))},
        ("tick_onboarding", "another"): {"pk": str(running.pk), "step": str(_step(ready))},
        ("offboarding", ""): {"pk": str(leaving.pk)},
        ("offboarding", "finished"): {"pk": str(left.pk)},
        ("finish", ""): {"pk": str(leaving.pk)},
        ("tick_offboarding", ""): {"pk": str(leaving.pk), "step": str(_step(leaving))},
        ("end_suspension", ""): {"pk": str(suspension.pk)},
        ("record_death", ""): person,
        **{(name, ""): memorial for name in ("memorial", "confirm_death", "undo_death")},
    }
    return {(_ROUTES.get(name, f"boarding:{name}"), state): kwargs for (name, state), kwargs in pages.items()}


def _step(boarding: Checklist) -> int:
    return int(boarding.steps.exclude(channel__kind="login").values_list("pk", flat=True)[0])


def page_text(client: Client, path: str) -> str:
    return text(client.get(path).content)


def post(client: Client, path: str, **said: Any) -> Any:
    return client.post(path, said, follow=True)


def waits(client: Client, checklist: Checklist) -> list[tuple[str, list[str]]]:
    """Return who is waited for on a checklist's page, each with the steps."""
    found: list[tuple[str, list[str]]] = client.get(checklist.get_absolute_url()).context["progress"].waits
    return found


def buttons(client: Client, checklist: Checklist) -> dict[str, list[str]]:
    """Return what can be pressed in each channel that is open, by the name of the channel."""
    page = client.get(checklist.get_absolute_url()).content.decode()
    found = re.findall(
        r'<button[^>]*name="state" value="(\w+)"[^>]*>[^<]*<span class="visually-hidden">: ([^<]*)</span>', page
    )
    channels: dict[str, list[str]] = {}
    for state, channel in found:
        channels.setdefault(channel, []).append(state)
    return channels
