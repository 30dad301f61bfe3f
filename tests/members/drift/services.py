"""Three local servers that behave as GitHub, Mailman and Discord do, and a team of thirty with accounts in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from pytest_django import Settings

from audit import clock
from audit.models import Event
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.drift import workflow
from members.drift.models import DriftCheck, Finding
from members.drift.queries import plans
from members.people.models import Membership, MembershipBegan, Person, RoleKind
from psrt_portal.demo.service_server import ServiceServer
from psrt_portal.demo.services import TOKEN, Discord, GitHub, Mailman
from tests.cast import act_as
from tests.factories import LONG_AGO, give_logins, give_roles, new_person

#: First names of the whole team; the first two are its admins.
NAMES = [
    f"{first}{second}" for first in ("Ar", "Be", "Ca", "Do", "El", "Fi") for second in ("ta", "lo", "nu", "ri", "sa")
]


@dataclass
class Services:
    """The three, each at a port of its own."""

    github: GitHub = field(default_factory=GitHub)
    mailman: Mailman = field(default_factory=Mailman)
    discord: Discord = field(default_factory=Discord)
    servers: dict[str, ServiceServer] = field(default_factory=dict)

    def down(self, name: str) -> None:
        """End one server: connections are refused from now on."""
        server = self.servers.pop(name)
        server.shutdown()
        server.server_close()


@contextmanager
def running(settings: Settings) -> Iterator[Services]:
    """The three, running, and the settings that connect them."""
    ours = Services()
    with ExitStack() as stack:
        for name in ("github", "mailman", "discord"):
            server = ServiceServer(getattr(ours, name))
            stack.enter_context(server.running())
            ours.servers[name] = server
            setattr(settings, f"{name.upper()}_API_URL", server.url(getattr(ours, name)))
        settings.GITHUB_API_TOKEN = settings.MAILMAN_API_PASSWORD = settings.DISCORD_API_TOKEN = TOKEN
        settings.GITHUB_ORG, settings.GITHUB_TEAM = "psrt", "team"
        settings.MAILMAN_API_USER, settings.MAILMAN_LIST = ours.mailman.user, ours.mailman.address
        settings.DISCORD_GUILD, settings.DISCORD_ROLE = ours.discord.guild, ours.discord.role
        yield ours


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """Three empty services."""
    with running(settings) as ours:
        yield ours


def channel(kind: ChannelKind) -> Channel:
    return Channel.objects.get(kind=kind)


def make_team(names: list[str] = NAMES) -> list[Person]:
    """Members with a login, a GitHub account whose number is on record, and a Discord id."""
    people = [new_person(f"{name} Lorem", github_id=1000 + n) for n, name in enumerate(names)]
    Person.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(person=one, since=LONG_AGO, began=MembershipBegan.VOTE) for one in people)
    give_logins(people)
    discord = channel(ChannelKind.DISCORD)
    ChannelAccount.objects.bulk_create(
        ChannelAccount(channel=discord, person=one, identifier=str(5000 + n)) for n, one in enumerate(people)
    )
    for one in people[:2]:
        give_roles(one, RoleKind.ADMIN)
    return people


def enrol(ours: Services, people: list[Person]) -> None:
    """Put everybody into every channel."""
    for one in people:
        number = (one.github_id or 0) - 1000
        ours.github.join(one.github_id or 0, one.github)
        ours.mailman.subscribers[one.user.email] = one.name
        ours.discord.join(5000 + number, one.name)


def disturb(ours: Services, people: list[Person]) -> None:
    """Make six differences: two missing, one unknown, one pending, one renamed, one under another address."""
    ours.github.members.remove(people[3].github_id or 0)
    ours.discord.holders.discard(5004)
    ours.mailman.subscribers["stranger@example.net"] = "Stranger"
    ours.github.members.remove(people[5].github_id or 0)
    ours.github.organisation.remove(people[5].github_id or 0)
    ours.github.invite(people[5].github)
    ours.github.names[people[6].github_id or 0] = "another-name"
    del ours.mailman.subscribers[people[7].user.email]
    ours.mailman.subscribers["private@example.net"] = people[7].name


def check_now() -> DriftCheck:
    """Asked for by the schedule and run at once."""
    asked = workflow.request_check(by=None)
    workflow.run_check(asked.pk)
    asked.refresh_from_db()
    return asked


def found(check: DriftCheck) -> set[tuple[str, str, str]]:
    """Channel, kind and whose account or which, of every finding."""
    findings = Finding.objects.filter(reading__check_run=check).select_related("person", "reading__channel")
    return {
        (one.reading.channel.kind, one.kind, one.person.name.split()[0] if one.person else one.identifier or one.shown)
        for one in findings
    }


def kinds(check: DriftCheck) -> list[str]:
    """The kinds of events of a check, in order."""
    return list(
        Event.objects.filter(target=f"drift.driftcheck:{check.pk}").order_by("at").values_list("kind", flat=True)
    )


def errors(check: DriftCheck) -> dict[str, str]:
    """The channels that could not be read, each with the reason."""
    return {one.channel.kind: one.error for one in check.readings.exclude(error="").select_related("channel")}


def apply_all(check: DriftCheck, by: Person) -> None:
    """Order every change that is proposed, and let a worker make them."""
    wanted = [one.finding.pk for part in plans.plan(check, clock.now()) for one in part.proposals]
    with transaction.atomic():
        changes = workflow.confirm_apply(check, wanted, by=act_as(by))
    for change in changes:
        workflow.make_change(change.pk)
