"""A nomination around which everybody is who could be mistaken for somebody who may."""

from __future__ import annotations

from collections.abc import Iterable

from audit import clock
from members.accounts.workflow import suspend
from members.people.models import Membership, MembershipBegan, Person, RoleKind
from nominations import workflow
from nominations.models import Interest, InterestKind, Nomination, Phase
from tests.cast import Cast, act_as
from tests.factories import LONG_AGO, give_roles, make_member
from tests.nominations import factories

#: The phases in which two admins can annul.
COUNTABLE = frozenset(
    {Phase.CLOSING, Phase.FAILED, Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION}
)


def crowded(phase: Phase, cast: Cast) -> Nomination:
    """Make a nomination in `phase`, of Nora by Mel.

    Both are admins on the council, as is Sue, who is on the roll and suspended; Sara of the council has declared an
    interest; Lena came after the vote was opened, and so did Nora herself, by another way. Where a vote can be
    annulled, Ada has asked for it.
    """
    both = (RoleKind.ADMIN, RoleKind.STEERING_COUNCIL)
    give_roles(cast.mel, *both)
    give_roles(cast.nora, *both)
    sue = make_member("Sue Suspended", *both)
    nomination = factories.make(phase, cast)
    make_member("Lena Late")
    Membership.objects.create(person=cast.nora, since=LONG_AGO, began=MembershipBegan.DECISION)
    suspend(sue, "Her laptop is lost.", by=act_as(cast.ada))
    Interest.objects.create(
        nomination=nomination, person=cast.sara, kind=InterestKind.EMPLOYER, declared_at=clock.now()
    )
    if phase in COUNTABLE:
        workflow.ask_to_annul(nomination, "The mails were lost.", by=act_as(cast.ada))
    return factories.fresh(nomination)


def names(people: Iterable[Person]) -> set[str]:
    """Return the first names, in lower case."""
    return {person.name.split()[0].lower() for person in people}


def everybody() -> list[Person]:
    """Return all people on record."""
    return list(Person.objects.all())
