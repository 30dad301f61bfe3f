"""The checklist of a person who joins or leaves, with every moment and the people who acted."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from members.accounts.models import Invitation, User
from members.boarding.enums import ChecklistPhase, Direction
from members.boarding.models.facts import ChecklistFacts
from members.boarding.models.step import ChecklistStep
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person
from members.people.registry import open_work_count

_IS_IN, _IS_OUT = Q(direction=Direction.IN), Q(direction=Direction.OUT)


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    """Sets of checklists."""

    def onboardings(self) -> Self:
        """Return the checklists of people who come in."""
        return self.filter(direction=Direction.IN)

    def offboardings(self) -> Self:
        """Return the checklists of people who leave."""
        return self.filter(direction=Direction.OUT)

    def running(self) -> Self:
        """Return the checklists that are neither complete nor cancelled; see `ChecklistPhase.is_running`."""
        return self.filter(completed_at=None, cancelled_at=None)

    def with_facts(self, now: datetime) -> Self:
        """Return the checklists with what `Checklist.facts` needs at `now`, without a query for each."""
        logins = User.objects.filter(person=OuterRef("person"), is_active=True)
        complete = User.objects.with_second_factor().filter(person=OuterRef("person"), is_active=True)
        invitations = Invitation.objects.open(now).filter(person=OuterRef("person"))
        memberships = Membership.objects.on(now.date()).filter(person=OuterRef("person"))
        arrivals = Checklist.objects.onboardings().running().filter(person=OuterRef("person"))
        steps = ChecklistStep.objects.filter(checklist=OuterRef("pk"))
        return self.annotate(
            fact_complete_login=Exists(complete),
            fact_unconfirmed=Exists(Invitation.objects.to_confirm(now).filter(person=OuterRef("person"))),
            fact_reachable=Q(Exists(logins)) | Q(Exists(invitations)),
            fact_belongs=Q(Exists(memberships)) | Q(Exists(arrivals)),
            fact_open_work=open_work_count("person"),
            fact_unticked=ArraySubquery(steps.unticked().values("channel__name")),
            fact_invited=ArraySubquery(steps.waiting_for_person().values("channel__name")),
            fact_contradicted=ArraySubquery(steps.contradicted().values("channel__name")),
        )


class Checklist(models.Model):
    """One onboarding or one offboarding.

    An onboarding begins with the approval; the membership begins when it is complete, and only then does the public
    roster show it. An offboarding begins when the membership has ended, and with it all access to the portal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="checklists")
    membership = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="checklists"
    )
    began = models.CharField(max_length=10, choices=MembershipBegan.choices, blank=True, help_text="In only.")
    ending = models.CharField(max_length=10, choices=MembershipEnded.choices, blank=True, help_text="Out only.")
    authority = models.CharField(
        max_length=300,
        blank=True,
        help_text="In: the vote or decision it rests on. Out: empty, it stands with the membership.",
    )
    reason = models.TextField(blank=True, help_text="For the admins: why somebody leaves, or why it was given up.")
    begun_at = models.DateTimeField(help_text="In: when the person was approved. Out: when their access ended.")
    begun_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the portal."
    )
    accepted_at = models.DateTimeField(
        null=True, blank=True, help_text="When the responsibilities of that moment were accepted. In only."
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True, help_text="In only.")
    cancelled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When the last reminder was sent.")

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-begun_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=_IS_IN & Q(completed_at=None, cancelled_at=None),
                name="one_running_onboarding_a_person",
            ),
            models.UniqueConstraint(
                fields=["membership", "direction"], name="a_membership_has_one_checklist_a_direction"
            ),
            models.CheckConstraint(
                condition=_IS_IN & ~Q(began="") & Q(ending="") | _IS_OUT & Q(began="") & ~Q(ending=""),
                name="an_onboarding_begins_and_an_offboarding_ends_a_membership",
            ),
            models.CheckConstraint(
                condition=_IS_OUT
                | Q(completed_at=None, membership=None)
                | Q(completed_at__isnull=False, membership__isnull=False, cancelled_at=None),
                name="a_complete_onboarding_is_a_membership",
            ),
            models.CheckConstraint(
                condition=_IS_IN | Q(membership__isnull=False), name="an_offboarding_is_of_a_membership"
            ),
            models.CheckConstraint(
                condition=_IS_IN | Q(accepted_at=None, cancelled_at=None, cancelled_by=None),
                name="only_an_onboarding_is_accepted_or_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(reason=""), name="a_cancelled_onboarding_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} of {self.person}"

    def get_absolute_url(self) -> str:
        """Return the path of the page, below onboarding or offboarding."""
        return reverse("boarding:offboarding" if self.is_out else "boarding:onboarding", args=[self.pk])

    @property
    def is_out(self) -> bool:
        """Return whether this is an offboarding."""
        return self.direction == Direction.OUT

    @property
    def is_running(self) -> bool:
        """Return whether the checklist is neither complete nor cancelled, as `ChecklistQuerySet.running` does."""
        return self.completed_at is None and self.cancelled_at is None

    def facts(self, now: datetime) -> ChecklistFacts:
        """Return the facts at `now`: those of `with_facts` where the row came with them, else by one query."""
        row = self.__dict__
        if "fact_unticked" not in row:
            row = vars(Checklist.objects.with_facts(now).get(pk=self.pk))
        return ChecklistFacts(
            has_complete_login=row["fact_complete_login"],
            is_unconfirmed=row["fact_unconfirmed"],
            is_reachable=row["fact_reachable"],
            belongs=row["fact_belongs"],
            open_work=row["fact_open_work"],
            unticked=tuple(row["fact_unticked"]),
            invited=tuple(row["fact_invited"]),
            contradicted=tuple(row["fact_contradicted"]),
        )

    def phase(self, now: datetime) -> ChecklistPhase:
        """Return the state at `now`; lists, pages, mail and the dashboard all read this."""
        if self.cancelled_at is not None:
            return ChecklistPhase.CANCELLED
        if self.completed_at is not None:
            return ChecklistPhase.COMPLETE
        facts = self.facts(now)
        if not self._missing(facts):
            return ChecklistPhase.READY
        if self.is_out or (facts.has_complete_login and self.accepted_at is not None):
            return ChecklistPhase.WAITS_FOR_PERSON if facts.waits_for_invited else ChecklistPhase.WAITS_FOR_ADMIN
        if facts.has_complete_login or facts.is_reachable:
            return ChecklistPhase.WAITS_FOR_PERSON
        return ChecklistPhase.WAITS_FOR_ADMIN

    def missing(self, now: datetime) -> list[str]:
        """Return what still has to happen before the checklist is ready, as sentences; nothing once it is over."""
        return self._missing(self.facts(now)) if self.is_running else []

    def _missing(self, facts: ChecklistFacts) -> list[str]:
        return [sentence for sentence in (self._missing_out if self.is_out else self._missing_in)(facts) if sentence]

    def _missing_in(self, facts: ChecklistFacts) -> list[str]:
        name = self.person.name
        not_there = "The last check does not see them: {}. Check again when they are in."
        return [
            f"A second person has not confirmed the address of {name} yet." if facts.is_unconfirmed else "",
            "" if facts.has_complete_login else f"{name} has no login with a second factor yet.",
            "" if self.accepted_at else f"{name} has not accepted the responsibilities yet.",
            _named("Not ticked off: {}.", facts.unticked),
            _named(not_there, facts.contradicted),
        ]

    def _missing_out(self, facts: ChecklistFacts) -> list[str]:
        count = f"{facts.open_work} reports" if facts.open_work > 1 else "one report"
        still_there = "The last check still sees them: {}. Check again when they are out."
        return [
            f"{self.person.name} still coordinates {count}; hand over first." if facts.open_work else "",
            _named("Not ticked off: {}.", facts.unticked),
            _named(still_there, facts.contradicted),
        ]


def _named(sentence: str, channels: tuple[str, ...]) -> str:
    """Return `sentence` with the names of the channels, empty without any."""
    return sentence.format(", ".join(channels)) if channels else ""
