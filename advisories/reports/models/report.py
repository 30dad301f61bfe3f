"""A private vulnerability report, and where it stands."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse

from advisories.projects.models import PolicyVersion
from advisories.reports.doors import GuardedQuerySet, LinkHolder, Viewer
from advisories.reports.enums import PUBLIC_ISSUE, UNFINISHED, Determination, ForwardOutcome, Origin, ReportPhase
from advisories.reports.models.facts import ReportFacts
from advisories.reports.registry import remediation
from members.people.models import Person
from web.signed_links import new_nonce

#: Developer's guide, "Python Security Response Team", and PEP 811: a finished state within 90 days.
DEADLINE = timedelta(days=90)

#: Developer's guide: a report idle for three days without a coordinator needs one.
IDLE = timedelta(days=3)

#: Ours: how long before the deadline a report is shown as urgent; the guide's last two reminders lie in it.
SOON = timedelta(days=15)

#: Ours: so long a closing can be taken back; its reporter is told after that.
UNDO = timedelta(minutes=10)

#: Without the letters and digits that people mistake for one another.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Return a random reference, so that neither the number of reports nor their order can be read from it."""
    return "R-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


class ReportQuerySet(GuardedQuerySet["Report"]):
    """Sets of reports."""

    def _of(self, viewer: Viewer) -> Self:
        if isinstance(viewer, LinkHolder):
            return self.filter(pk=viewer.report_id, link_nonce=viewer.nonce)
        return self if viewer.is_member else self.none()

    def whole(self) -> Self:
        """Load with it what policies and pages look at, in the same statement; advisories included (`registry`)."""
        return self.select_related("coordinator", "offered_to", "project", *remediation().joined)

    def listed(self) -> Self:
        """Load only what a list shows of each report: no texts."""
        return self.select_related("coordinator", "project").only(
            "reference", "summary", "project__name", "received_at", "determination", "determined_at", "published_at",
            "forward_outcome", "forward_ended_at", "coordinator__name",
        )  # fmt: skip

    def open(self) -> Self:
        """Keep the reports that have not reached a finished state."""
        return self._in(UNFINISHED)

    def finished(self) -> Self:
        """Keep the reports that have reached a finished state."""
        return self._in(frozenset(ReportPhase) - UNFINISHED)

    def to_be_told(self, now: datetime) -> Self:
        """Keep those whose reporter is to be told of a closing that cannot be undone any more."""
        return self.filter(undo_until__lte=now, told_at=None).exclude(determination=Determination.DISCARDED)

    def to_be_released(self) -> Self:
        """Keep the duplicates whose reporter knows of them, and not yet that the original is public."""
        return self.filter(duplicate_of__published_at__isnull=False, told_at__isnull=False, released_at=None)

    def _in(self, phases: frozenset[ReportPhase]) -> Self:
        return self.alias(phase_in_sql=PHASE_IN_SQL).filter(phase_in_sql__in=phases)


#: `Report.phase` for filters; tests/advisories/reports/test_models.py holds the two to each other.
PHASE_IN_SQL = Case(
    When(published_at__isnull=False, then=Value(ReportPhase.PUBLISHED)),
    When(determination=Determination.VULNERABILITY, then=Value(ReportPhase.REMEDIATION)),
    When(determination=Determination.FORWARDED, forward_outcome="", then=Value(ReportPhase.FORWARDED)),
    When(~Q(determination=""), then=Value(ReportPhase.CLOSED)),
    When(coordinator__isnull=False, then=Value(ReportPhase.TRIAGE)),
    default=Value(ReportPhase.RECEIVED),
    output_field=models.CharField(),
)


@dataclass(frozen=True)
class Submission:
    """What somebody hands in; the names are those of `Report`'s fields."""

    project_id: str
    summary: str
    description: str
    versions_tested: str
    impact: str
    versions_affected: str = ""
    fixed_on_main: str = ""
    platform: str = ""
    threat_model: str = ""
    proof_of_concept: str = ""
    minimal_patch: str = ""
    known_elsewhere: str = ""
    found_with: str = ""
    asked_cna: str = ""
    checked_by_person: bool = True
    reporter_name: str = ""
    reporter_email: str = ""
    credit_as: str = ""
    origin: str = Origin.FORM
    origin_id: str = ""
    origin_link: str = ""


class Report(ReportFacts):
    """A vulnerability that somebody reported in confidence. Nothing of it is public, not even that it exists."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=8, unique=True, default=new_reference)
    # Only a draft of the policy is ever deleted, and no report has one. The database holds that: Django would look
    # through the reports, without a door.
    policy_version = models.ForeignKey(
        PolicyVersion,
        on_delete=models.DO_NOTHING,
        related_name="+",
        help_text="The one in force when it was handed in.",
    )
    description = models.TextField()
    impact = models.TextField(help_text="What an attacker gains.")
    known_elsewhere = models.TextField(blank=True, help_text="Where it is public or known already; empty: nowhere.")
    checked_by_person = models.BooleanField(help_text="A person checked what a language model wrote, or none was used.")
    reporter_name = models.CharField(max_length=200, blank=True)
    reporter_email = models.EmailField(max_length=254, blank=True, help_text="Only for the team's eyes.")
    credit_as = models.CharField(max_length=200, blank=True, help_text="Empty: does not want to be named.")
    link_nonce = models.CharField(max_length=16, default=new_nonce, help_text="A new one ends the private link.")
    fingerprint = models.CharField(max_length=64, unique=True, help_text="Keyed hash of what was handed in.")
    coordinator = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    coordinated_at = models.DateTimeField(null=True, blank=True)
    offered_to = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who is asked to coordinate it; the coordinator stays until they have agreed.",
    )  # fmt: skip
    offered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(null=True, blank=True)
    determination = models.CharField(max_length=13, choices=Determination.choices, blank=True)
    determined_at = models.DateTimeField(null=True, blank=True)
    determined_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    public_issue = models.URLField(max_length=500, blank=True, help_text="The issue in which it goes on in public.")
    forwarded_to = models.CharField(max_length=200, blank=True)
    forward_outcome = models.CharField(max_length=8, choices=ForwardOutcome.choices, blank=True)
    forward_ended_at = models.DateTimeField(null=True, blank=True)
    undo_until = models.DateTimeField(
        null=True, blank=True, help_text="Until then the last closing can be undone; then the reporter is told."
    )
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the reporter was told of the last closing.")
    released_at = models.DateTimeField(
        null=True, blank=True, help_text="When the reporter of a duplicate was told that its original is public."
    )
    split_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    embargo_until = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="When its advisory became public; written in the transaction that publishes."
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["-received_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["-received_at", "-id"], name="reports_newest_first"),
            models.Index(fields=["coordinator", "received_at"], name="reports_of_a_coordinator"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(coordinator=None, coordinated_at=None)
                | Q(coordinator__isnull=False, coordinated_at__isnull=False),
                name="a_coordinated_report_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(determination="", determined_at=None, determined_by=None)
                | (~Q(determination="") & Q(determined_at__isnull=False, determined_by__isnull=False)),
                name="a_determination_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(determination=Determination.DUPLICATE, duplicate_of__isnull=False)
                | (~Q(determination=Determination.DUPLICATE) & Q(duplicate_of=None)),
                name="a_duplicate_names_its_original",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")), name="no_report_is_its_own_duplicate"
            ),
            models.CheckConstraint(
                condition=(Q(determination=Determination.FORWARDED) & ~Q(forwarded_to=""))
                | (~Q(determination=Determination.FORWARDED) & Q(forwarded_to="")),
                name="a_forwarded_report_says_where_to",
            ),
            models.CheckConstraint(
                condition=(Q(forward_outcome="") & Q(forward_ended_at=None))
                | (~Q(forward_outcome="") & Q(forward_ended_at__isnull=False, determination=Determination.FORWARDED)),
                name="only_what_was_forwarded_has_an_outcome_and_its_day",
            ),
            models.CheckConstraint(
                condition=(Q(determination__in=PUBLIC_ISSUE) & ~Q(public_issue=""))
                | (~Q(determination__in=PUBLIC_ISSUE) & Q(public_issue="")),
                name="what_goes_on_in_public_names_its_issue",
            ),
            models.CheckConstraint(
                condition=Q(determination="", undo_until=None, told_at=None)
                | (~Q(determination="") & Q(undo_until__isnull=False)),
                name="a_determination_can_be_undone_until_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(offered_to=None, offered_by=None, offered_at=None)
                | Q(offered_to__isnull=False, offered_by__isnull=False, offered_at__isnull=False),
                name="an_offer_says_whose_and_when",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(duplicate_of__isnull=False), name="only_a_duplicate_is_released"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(determination=Determination.VULNERABILITY),
                name="only_a_vulnerability_is_published",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Return the path of its page for members."""
        return reverse("reports:detail", args=[self.reference])

    @property
    def phase(self) -> ReportPhase:
        """Return where it stands. No phase of a report depends on the clock."""
        if self.published_at:
            return ReportPhase.PUBLISHED
        if self.determination == Determination.VULNERABILITY:
            return ReportPhase.REMEDIATION
        if self.determination == Determination.FORWARDED and not self.forward_outcome:
            return ReportPhase.FORWARDED
        return ReportPhase.CLOSED if self.determination else self.phase_of_triage

    @property
    def phase_of_triage(self) -> ReportPhase:
        """Return where it stands, or stood, without a determination."""
        return ReportPhase.TRIAGE if self.coordinator_id else ReportPhase.RECEIVED

    def is_settled(self, now: datetime) -> bool:
        """Return whether its last closing is one for its reporter as well: told, or discarded and past undoing."""
        if self.determination == Determination.DISCARDED:
            return self.undo_until is not None and self.undo_until <= now
        return bool(self.determination) and (self.told_at is not None or self.published_at is not None)

    def phase_for_reporter(self, now: datetime) -> ReportPhase:
        """Return where it stands as far as its reporter may know: a closing that can be undone has not happened."""
        if self.is_settled(now):
            return self.phase
        return ReportPhase.FORWARDED if self.forward_outcome else self.phase_of_triage

    def can_be_undone(self, now: datetime) -> bool:
        """Return whether the last closing can still be taken back without anybody outside hearing of it."""
        is_open = self.undo_until is not None and now < self.undo_until
        return is_open and self.told_at is None and self.published_at is None

    @property
    def finished_at(self) -> datetime | None:
        """Return when it reached a finished state, which stops its clock; None while it is open."""
        if self.phase is ReportPhase.PUBLISHED:
            return self.published_at
        return (self.forward_ended_at or self.determined_at) if self.phase is ReportPhase.CLOSED else None

    @property
    def deadline(self) -> datetime:
        """Return when it should have reached a finished state."""
        return self.received_at + DEADLINE

    def day(self, now: datetime) -> int:
        """Return the day of `DEADLINE` it is in, beginning with 1; the count ends once it is finished."""
        return ((self.finished_at or now) - self.received_at).days + 1

    def days_left(self, now: datetime) -> int:
        """Return the days until the deadline, begun ones counted whole; overdue at 0 and below."""
        return DEADLINE.days + 1 - self.day(now)

    def is_idle(self, now: datetime) -> bool:
        """Return whether nobody has taken it within `IDLE`."""
        return self.phase is ReportPhase.RECEIVED and now - self.received_at >= IDLE

    def is_urgent(self, now: datetime) -> bool:
        """Return whether it is unfinished and within `SOON` of the deadline, or beyond it."""
        return self.finished_at is None and self.deadline - now <= SOON
