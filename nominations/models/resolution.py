"""Decisions of the Steering Council on a person, without a vote of the members."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from members.people.models import Person
from members.people.tally import CouncilTally


class ResolutionKind(models.TextChoices):
    """The decisions that the Steering Council can make (PEP 811); coming back only where the setting allows it."""

    DESIGNATE_ADMIN = "designate_admin", "Designate an admin"
    RELEASE_ADMIN = "release_admin", "Release an admin"
    REMOVE_MEMBER = "remove_member", "Remove a member"
    RETURN_MEMBER = "return_member", "Let an emeritus come back"


#: What takes power away: to somebody who was not to lose it by one of them, the other one is the same again.
TAKES_POWER = frozenset({ResolutionKind.RELEASE_ADMIN, ResolutionKind.REMOVE_MEMBER})


class ResolutionPhase(models.TextChoices):
    """The state of a recorded decision. Follows from its facts; stored nowhere."""

    NOT_CARRIED = "not_carried", "Not carried"
    PENDING = "pending", "Waits for a second seat"
    BLOCKED = "blocked", "Could not take effect"
    OBJECTED = "objected", "Objected to"
    EFFECTIVE = "effective", "In effect"
    CORRECTED = "corrected", "Corrected"


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    """A query for resolutions."""

    def newest_first(self) -> Self:
        """Order by the day of the decision, with the people that a list names."""
        return self.whole().order_by("-decided_on", "-recorded_at", "-pk")

    def whole(self) -> Self:
        """Add everybody and everything that a row and its page name."""
        return self.select_related(
            "person", "recorded_by", "confirmed_by", "objected_by", "corrects__recorded_by", "corrected_by"
        )

    def standing(self) -> Self:
        """Return those that no later record corrects."""
        return self.filter(corrected_by=None)

    def waiting(self) -> Self:
        """Return those that carried and wait: for a second seat, for their time, or for what blocks them to pass."""
        return self.standing().filter(in_favour__gt=F("against"), effective_at=None, objected_at=None)

    def due(self, now: datetime) -> Self:
        """Return those whose time has passed without an objection, and that were not tried."""
        return self.waiting().filter(due_at__lte=now, blocked_at=None)

    def about_the_same(self, other: Resolution) -> Self:
        """Return those on the same person that would do the same: of its kind, or of any kind that takes power away."""
        kinds = TAKES_POWER if other.kind in TAKES_POWER else {other.kind}
        return self.filter(kind__in=kinds, person=other.person)


class Resolution(models.Model):
    """One decision of the Steering Council on one person, as one of its members recorded it.

    It takes effect when another seat confirms it, or at `due_at` if no seat has objected. A decision that did not carry
    is kept as well, and has no effect.
    """

    kind = models.CharField(max_length=15, choices=ResolutionKind.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="resolutions")
    decided_on = models.DateField(help_text="The day of the council's decision, in UTC.")
    link = models.CharField(max_length=200, help_text="Where the decision is written down: an address, or words.")
    in_favour = models.PositiveSmallIntegerField()
    against = models.PositiveSmallIntegerField()
    abstained = models.PositiveSmallIntegerField(help_text="Conflicts of interest included.")
    reason = models.TextField(blank=True, help_text="For the team and the council only.")
    is_public = models.BooleanField(
        default=True, help_text="Whether public pages name the decision as the source of a role. Never of a removal."
    )
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="resolutions_recorded")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
        help_text="The mistaken record that this one stands for.",
    )
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When it takes effect without an objection. Empty: only by a second seat."
    )
    confirmed_by = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="resolutions_confirmed",
        help_text="The second seat. Empty for one that took effect by the passing of its time.",
    )
    objected_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="resolutions_objected"
    )
    objected_at = models.DateTimeField(null=True, blank=True)
    objection = models.TextField(blank=True, help_text="For the council and the admins only.")
    blocked_at = models.DateTimeField(null=True, blank=True)
    obstacle = models.TextField(
        blank=True, help_text="Why it could not take effect when its time had come, or why no time runs."
    )
    effective_at = models.DateTimeField(null=True, blank=True)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=ResolutionKind.values), name="a_resolution_is_of_one_of_four_kinds"
            ),
            models.CheckConstraint(condition=~Q(link=""), name="a_resolution_says_where_it_is_written"),
            models.CheckConstraint(
                condition=~Q(person=F("recorded_by")), name="nobody_records_a_resolution_on_themselves"
            ),
            models.UniqueConstraint(
                fields=["kind", "person", "decided_on", "link"],
                condition=Q(corrects=None),
                name="a_resolution_is_recorded_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | (~Q(confirmed_by=F("recorded_by")) & ~Q(confirmed_by=F("person"))),
                name="a_second_seat_confirms_and_never_on_itself",
            ),
            models.CheckConstraint(
                condition=Q(objected_by=None, objected_at=None, objection="")
                | (Q(objected_by__isnull=False, objected_at__isnull=False) & ~Q(objection="")),
                name="an_objection_says_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(effective_at=None, confirmed_by=None)
                | Q(effective_at__isnull=False, objected_at=None, in_favour__gt=F("against")),
                name="only_what_carried_without_an_objection_takes_effect",
            ),
            models.CheckConstraint(
                condition=Q(blocked_at=None, obstacle="")
                | ((Q(blocked_at__isnull=False) | Q(due_at=None)) & ~Q(obstacle="")),
                name="a_blocked_resolution_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person}"

    @property
    def tally(self) -> CouncilTally:
        """How the council voted."""
        return CouncilTally(self.in_favour, self.against, self.abstained)

    @property
    def carries(self) -> bool:
        """Whether the decision carried."""
        return self.tally.carries

    @property
    def correction(self) -> Resolution | None:
        """The later record that stands for this one; None for most."""
        return getattr(self, "corrected_by", None)

    @property
    def phase(self) -> ResolutionPhase:
        """Where it stands. Its time alone changes nothing: the schedule acts, and until then a seat can object."""
        states = (
            (self.correction, ResolutionPhase.CORRECTED),
            (self.effective_at, ResolutionPhase.EFFECTIVE),
            (self.objected_at, ResolutionPhase.OBJECTED),
            (not self.carries, ResolutionPhase.NOT_CARRIED),
            (self.blocked_at, ResolutionPhase.BLOCKED),
        )
        return next((phase for fact, phase in states if fact), ResolutionPhase.PENDING)
