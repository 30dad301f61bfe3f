"""The demo's checklists: an onboarding that is complete, one that is running, and an offboarding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.channels.models import ChannelKind
from members.documents import workflow as documents_workflow
from members.documents.models import DocumentKind, DocumentVersion
from members.people.models import Person
from members.people.policy import Actor, actor_of
from psrt_portal.demo.people import PASSWORD, Part, add_authenticator_app

_DAY = timedelta(days=1)


class BoardingHistory:
    """Play the onboardings and the offboarding, after the votes: two nominations have succeeded then."""

    def __init__(self, people: Mapping[str, Person], now: datetime) -> None:
        self.people = people
        self.now = now

    def play(self) -> None:
        """Complete Tala's onboarding 45 days ago, leave Vera unconfirmed, begin Milo's offboarding; Lena has died."""
        self._onboard("Tala Bibendum", 45 * _DAY)
        self._offboard(6 * _DAY)
        self._remember(20 * _DAY)

    def _remember(self, ago: timedelta) -> None:
        """Record by two people that Lena, who had left long before, has died."""
        with clock.pretend(self.now - ago):
            memorial = boarding_workflow.record_death(
                self.people["lena"], "Her family wrote to the team.", by=self._actor("ada")
            )
        with clock.pretend(self.now - ago + _DAY):
            boarding_workflow.confirm_death(memorial, by=self._actor("greta"))

    def _onboard(self, name: str, ago: timedelta) -> None:
        onboarding = Checklist.objects.onboardings().running().get(person__name=name)
        with clock.pretend(self.now - ago - 2 * _DAY):
            invitation = onboarding.person.invitations.get()
            second = next(name for name in ("ada", "bruno") if self.people[name] != invitation.invited_by)
            accounts_workflow.confirm_addresses([invitation.pk], by=self._actor(second))
            user = accounts_workflow.accept_invitation(invitation, password=PASSWORD)
            add_authenticator_app(user, Part(name, "").seed)
            newcomer = actor_of(onboarding.person, clock.now().date())
            documents_workflow.accept(DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES), by=newcomer)
        with clock.pretend(self.now - ago):
            for step in onboarding.steps.exclude(channel__kind=ChannelKind.LOGIN):
                boarding_workflow.tick(step, done=True, by=self._actor("bruno"))
            boarding_workflow.complete_onboarding(onboarding, by=self._actor("bruno"))

    def _offboard(self, ago: timedelta) -> Checklist:
        with clock.pretend(self.now - ago):
            offboarding = boarding_workflow.offboard(
                self.people["milo"],
                authority="A mail to the admins",
                reason="A new job leaves no time.",
                by=self._actor("ada"),
            )
            step = offboarding.steps.get(channel__kind=ChannelKind.MAILMAN)
            boarding_workflow.tick(step, done=True, by=self._actor("ada"))
        return offboarding

    def _actor(self, name: str) -> Actor:
        return actor_of(self.people[name], self.now.date())
