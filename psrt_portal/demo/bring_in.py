"""The demo's two members without a login: one was invited, the address of the other waits for a second admin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from audit import clock
from members.accounts import workflow
from members.accounts.models import Invitation
from members.people.models import Person
from members.people.policy import actor_of

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


class BringInHistory:
    """Play what two admins have done so far to bring the team in."""

    def __init__(self, people: Mapping[str, Person], now: datetime) -> None:
        self.people = people
        self.now = now

    def play(self) -> None:
        """Invite Ivo, by Ada's and Bruno's word, and have Bruno name an address of Juno without saying how he knows."""
        ivo = self._name("ivo", by="ada", ago=3 * _DAY, evidence="Signed commit of 2 November")
        with clock.pretend(self.now - 2 * _DAY):
            workflow.confirm_addresses([ivo.pk], by=actor_of(self.people["bruno"], clock.now().date()))
        self._name("juno", by="bruno", ago=2 * _HOUR)

    def _name(self, whom: str, *, by: str, ago: timedelta, evidence: str = "") -> Invitation:
        address = workflow.NamedAddress(self.people[whom], f"{whom}@example.org", evidence)
        with clock.pretend(self.now - ago):
            (invitation,) = workflow.hand_in([address], by=actor_of(self.people[by], clock.now().date()))
        return invitation
