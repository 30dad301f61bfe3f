"""A nomination: a member proposes a person."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from members.boarding.models import Checklist
from members.people.models import Person
from members.people.policy import Actor
from nominations import numbers
from web.signed_links import new_nonce

if TYPE_CHECKING:
    from nominations.models.office import KeyOffice
    from nominations.models.outcome import CouncilDecision, Stop
    from nominations.models.vote import Vote


@dataclass(frozen=True)
class Newcomer:
    """A nominee who is not on record yet."""

    name: str
    github: str


class Category(models.TextChoices):
    """The nominee's background. Shown, and never a reason to refuse (PEP 811 expects the first three)."""

    CORE = "core", "Core team"
    TRIAGER = "triager", "Triager"
    PSF_STAFF = "psf_staff", "PSF staff"
    OTHER = "other", "Other"


class Phase(models.TextChoices):
    """The state of a nomination. Follows from its facts and the clock; stored nowhere."""

    CONSENT = "consent", "Waiting for consent"
    PROPOSED = "proposed", "Proposed"
    OPEN = "open", "Vote open"
    CLOSING = "closing", "Being counted"
    COUNCIL_UNTOLD = "council_untold", "Council not told yet"
    VETO_WINDOW = "veto_window", "Veto window"
    AWAITING_CONFIRMATION = "awaiting_confirmation", "Awaiting confirmation"
    JOINED = "joined", "Accepted"
    FAILED = "failed", "Not accepted"
    VETOED = "vetoed", "Vetoed"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CANCELLED = "cancelled", "Cancelled"
    ANNULLED = "annulled", "Annulled"


#: The team has said yes.
PASSED = frozenset({Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION, Phase.JOINED, Phase.VETOED})
#: The ballots have been counted.
COUNTED = PASSED | {Phase.FAILED}
#: Admins have ended its vote for a reason that does not lie in the nominee.
STOPPED = frozenset({Phase.CANCELLED, Phase.ANNULLED})
#: Members still talk about it.
DISCUSSED = frozenset({Phase.CONSENT, Phase.PROPOSED, Phase.OPEN})

_IN_PHASE: dict[Phase, Callable[[datetime], Q]] = {
    Phase.CONSENT: lambda now: Q(ended_at=None, vote=None, consented_at=None),
    Phase.PROPOSED: lambda now: Q(ended_at=None, vote=None, consented_at__isnull=False),
    Phase.OPEN: lambda now: Q(ended_at=None, vote__closed_at=None, vote__closes_at__gt=now),
    Phase.CLOSING: lambda now: Q(ended_at=None, vote__closed_at=None, vote__closes_at__lte=now),
    Phase.COUNCIL_UNTOLD: lambda now: Q(ended_at=None, vote__passed=True, vote__veto_until=None),
    Phase.VETO_WINDOW: lambda now: Q(ended_at=None, vote__veto_until__gt=now),
    Phase.AWAITING_CONFIRMATION: lambda now: Q(ended_at=None, vote__veto_until__lte=now),
    Phase.JOINED: lambda now: Q(onboarding__isnull=False),
    Phase.FAILED: lambda now: Q(vote__passed=False, annulled_at=None),
    Phase.VETOED: lambda now: Q(vote__passed=True, ended_at__isnull=False, onboarding=None, annulled_at=None),
    Phase.DECLINED: lambda now: Q(declined_at__isnull=False),
    Phase.WITHDRAWN: lambda now: Q(withdrawn_at__isnull=False),
    Phase.CANCELLED: lambda now: Q(cancelled_at__isnull=False),
    Phase.ANNULLED: lambda now: Q(annulled_at__isnull=False),
}


class NominationQuerySet(models.QuerySet["Nomination"]):
    """A query for nominations. Pages start from `visible_to`."""

    def visible_to(self, actor: Actor) -> Self:
        """Return what `actor` may know exists: for members everything, for the Steering Council what passed.

        Nobody reads what the team said of them: not as a nominee, and not as a member. The same rule for one row is
        `SEE` in the policy; a test compares the two.
        """
        others = self.exclude(nominee=actor.person) if actor.person else self.none()
        if actor.is_member:
            return others
        if actor.is_steering:
            return others.filter(vote__passed=True)
        return self.none()

    def running(self) -> Self:
        """Return the nominations without a final outcome."""
        return self.filter(ended_at=None)

    def in_phase(self, phase: Phase, now: datetime) -> Self:
        """Return those in `phase` at `now`: the rule of `Nomination.phase` in SQL; a test compares the two."""
        return self.filter(_IN_PHASE[phase](now))

    def refused_since(self, moment: datetime) -> Self:
        """Return those that ended after `moment` because the members or the Steering Council said no."""
        refused = self.in_phase(Phase.FAILED, moment) | self.in_phase(Phase.VETOED, moment)
        return refused.filter(ended_at__gt=moment)

    def closed(self) -> Self:
        """Return the nominations with a final outcome, the latest first."""
        return self.exclude(ended_at=None).order_by("-ended_at", "pk")


class Nomination(models.Model):
    """One proposal of one person; it carries at most one vote."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(
        editable=False, help_text="The name of its vote in mail and lists; drawn by chance (`nominations.numbers`)."
    )
    nominee = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="nominations")
    nominator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="nominations_made")
    statement = models.TextField(
        help_text="Markdown. Why this person; for members, the Steering Council, and the nominee who answers."
    )
    category = models.CharField(max_length=10, choices=Category.choices)
    proposed_at = models.DateTimeField()
    nominee_email = models.EmailField(
        "nominee’s e-mail address",
        blank=True,
        help_text="Where the nominee is written to. Empty: the address of their login. Shown to who opens the vote.",
    )
    link_nonce = models.CharField(
        max_length=16, default=new_nonce, editable=False, help_text="A new one makes earlier links to the nominee void."
    )
    consent_until = models.DateTimeField(help_text="The first moment at which the nominee cannot accept any more.")
    consented_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        help_text="A cancelled or annulled nomination of the same person that this one takes up again.",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="nominations_withdrawn"
    )
    onboarding = models.OneToOneField(
        Checklist,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="nomination",
        help_text="What it led to; one nomination leads to one onboarding.",
    )
    cancelled_at = models.DateTimeField(null=True, blank=True, help_text="Its vote was stopped before the close.")
    annulled_at = models.DateTimeField(null=True, blank=True, help_text="Its vote was found flawed after the close.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the outcome became final, whatever it is.")

    #: Only on rows that came by `queries.for_reader`: how many have cast a ballot.
    voted: int
    #: Likewise: whether somebody has declared an interest and not taken it back.
    interests_declared: bool
    #: The person whom the next five are about, on rows that came by `queries.with_facts_about`.
    reader_id: uuid.UUID | None = None
    reader_is_on_roll: bool
    reader_has_voted: bool
    reader_has_interest: bool
    reader_has_asked_to_annul: bool
    reader_has_recorded_veto: bool

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-proposed_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="a_number_names_one_nomination"),
            models.UniqueConstraint(
                fields=["nominee"], condition=Q(ended_at=None), name="one_open_nomination_a_person"
            ),
            models.CheckConstraint(condition=~Q(nominee=F("nominator")), name="nobody_nominates_themselves"),
            models.CheckConstraint(condition=~Q(statement=""), name="a_nomination_has_a_statement"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                    ended_at__isnull=False,
                    ended_at=F("withdrawn_at"),
                ),
                name="a_withdrawal_says_who_and_is_final",
            ),
            models.CheckConstraint(
                condition=Q(onboarding=None) | Q(ended_at__isnull=False, withdrawn_at=None, annulled_at=None),
                name="a_nomination_that_led_to_an_onboarding_is_over",
            ),
            models.CheckConstraint(
                condition=Q(declined_at=None, cancelled_at=None, annulled_at=None) | Q(ended_at__isnull=False),
                name="a_declined_or_stopped_nomination_is_over",
            ),
            models.CheckConstraint(
                condition=Q(consented_at=None) | Q(declined_at=None), name="a_nominee_accepts_or_declines"
            ),
        ]

    def __str__(self) -> str:
        return f"nomination of {self.nominee}"

    def get_absolute_url(self) -> str:
        """Return the path of its page."""
        return reverse("nominations:detail", args=[self.pk])

    @property
    def reference(self) -> str:
        """The name of its vote, such as ``N-482``: it says nothing, so it may stand in the subject of a mail."""
        return numbers.shown(self.number)

    @property
    def label(self) -> str:
        """Number and name, for pages that lead back to it: ``N-482 Nora Nominee``."""
        return f"{self.reference} {self.nominee.name}"

    @property
    def vote_or_none(self) -> Vote | None:
        """The vote, None while it has not been opened."""
        return getattr(self, "vote", None)

    @property
    def stop_or_none(self) -> Stop | None:
        """The act that stopped its vote, or would if a second admin agrees; None for most."""
        return getattr(self, "stop", None)

    @property
    def office_or_none(self) -> KeyOffice | None:
        """Who is asked to keep the key of its vote, or has accepted; None for most."""
        return getattr(self, "office", None)

    @property
    def pending_office(self) -> KeyOffice | None:
        """The request to keep the key of its vote that has no answer yet; None for most."""
        office = self.office_or_none
        return office if office is not None and office.accepted_at is None else None

    @property
    def pending_veto(self) -> CouncilDecision | None:
        """The recorded veto that waits for a second seat; None for most."""
        decision = getattr(self.vote_or_none, "decision", None)
        return decision if decision is not None and decision.is_pending_veto else None

    @property
    def has_passed(self) -> bool:
        """Whether the members have accepted, whatever came of it."""
        vote = self.vote_or_none
        return vote is not None and bool(vote.passed)

    def is_on_roll(self, person: Person | None) -> bool:
        """Return whether `person` is on the frozen roll; no query on rows read with facts about them."""
        vote = self.vote_or_none
        if vote is None or person is None:
            return False
        return self.reader_is_on_roll if person.pk == self.reader_id else vote.roll.filter(person=person).exists()

    def has_voted(self, person: Person | None) -> bool:
        """Return whether `person` has cast a ballot; no query on rows read with facts about them."""
        vote = self.vote_or_none
        if vote is None or person is None:
            return False
        return (
            self.reader_has_voted if person.pk == self.reader_id else vote.roll.voted().filter(person=person).exists()
        )

    def has_interest(self, person: Person | None) -> bool:
        """Return whether `person` has declared an interest; no query on rows read with facts about them."""
        if person is None:
            return False
        if person.pk == self.reader_id:
            return self.reader_has_interest
        return self.interests.standing().filter(person=person).exists()

    def has_asked_to_annul(self, person: Person | None) -> bool:
        """Return whether `person` has asked for an annulment that came to nothing; no query on rows with the facts."""
        if person is None:
            return False
        if person.pk == self.reader_id:
            return self.reader_has_asked_to_annul
        return self.refused_annulments.filter(asked_by=person).exists()

    def has_recorded_veto(self, person: Person | None) -> bool:
        """Return whether `person` has recorded a veto that came to nothing; no query on rows with the facts."""
        vote = self.vote_or_none
        if person is None or vote is None:
            return False
        if person.pk == self.reader_id:
            return self.reader_has_recorded_veto
        return vote.refused_vetoes.filter(recorded_by=person).exists()

    @property
    def obstacle(self) -> str:
        """The obstacle to joining after the vote has passed, as a sentence; empty for none."""
        vote, stop = self.vote_or_none, self.stop_or_none
        if self.pending_veto is not None:
            return "A veto is recorded; a second member of the Steering Council confirms it or objects first."
        if stop is not None and stop.confirmed_at is None:
            return "An admin has asked to annul this vote; a second one confirms or refuses that first."
        if vote is not None and not vote.turnout_note and vote.has_low_turnout:
            return "The turnout was low; an admin adds a note on it first."
        return ""

    def phase(self, now: datetime) -> Phase:
        """Return where it stands at `now`."""
        stopped = self._phase_if_stopped()
        if stopped is not None:
            return stopped
        vote = self.vote_or_none
        if vote is None:
            return Phase.PROPOSED if self.consented_at else Phase.CONSENT
        if vote.closed_at is None:
            return Phase.OPEN if now < vote.closes_at else Phase.CLOSING
        return self._phase_after_count(vote, now)

    def _phase_if_stopped(self) -> Phase | None:
        stops = (
            (self.declined_at, Phase.DECLINED),
            (self.withdrawn_at, Phase.WITHDRAWN),
            (self.cancelled_at, Phase.CANCELLED),
            (self.annulled_at, Phase.ANNULLED),
        )
        return next((phase for moment, phase in stops if moment is not None), None)

    def has_lapsed(self, now: datetime) -> bool:
        """Return whether the nominee has let the time for an answer pass; the nominator may ask again."""
        return self.phase(now) is Phase.CONSENT and now >= self.consent_until

    def _phase_after_count(self, vote: Vote, now: datetime) -> Phase:
        if not vote.passed:
            return Phase.FAILED
        if self.ended_at is not None:
            return Phase.JOINED if self.onboarding_id else Phase.VETOED
        if vote.veto_until is None:
            return Phase.COUNCIL_UNTOLD
        return Phase.VETO_WINDOW if now < vote.veto_until else Phase.AWAITING_CONFIRMATION
