"""People, with or without a login and a GitHub account."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import models
from django.db.models import Expression, F, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse

from web.validity import GITHUB_NAME_MOST, sort_key

#: Addresses below ``/members/`` that are pages of their own and so no person's.
RESERVED_SLUGS = frozenset({"accept", "activity", "invitations", "join", "new", "responsibilities"})


#: A calendar day in UTC: one in hand, or an expression that the database works out.
Day = date | Expression


def covering(day: Day, periods: str = "") -> Q:
    """Return the condition that a period covers `day` (UTC): its first day counts, its `until` does not.

    `periods` is the path to the periods with its two underscores, such as ``memberships__``.
    `Period.covers` says the same of a row in hand; a test compares the two.
    """
    return (
        (Q(**{f"{periods}since__lte": day}) | (Q(**{f"{periods}since": None}) & _on_record(day, periods)))
        & (Q(**{f"{periods}until": None}) | Q(**{f"{periods}until__gt": day}))
        & Q(**{f"{periods}ended_on_unknown_day": False})
    )


def ended_by(day: Day, periods: str = "") -> Q:
    """Return the condition that a period has ended by `day` (UTC); an unknown end counts from the day it was recorded.

    `Period.is_over` says the same of a row in hand; a test compares the two.
    """
    return Q(**{f"{periods}until__lte": day}) | (
        Q(**{f"{periods}ended_on_unknown_day": True}) & _on_record(day, periods)
    )


def _on_record(day: Day, periods: str) -> Q:
    return Q(**{f"{periods}recorded_on": None}) | Q(**{f"{periods}recorded_on__lte": day})


class PersonQuerySet(models.QuerySet["Person"]):
    """Sets of people; `day` is a calendar day in UTC."""

    def update(self, **values: Any) -> int:
        """Write the key of a name with the name."""
        if "name" in values:
            values["sort_key"] = sort_key(values["name"])
        return super().update(**values)

    def bulk_create(self, objs: Iterable[Person], *arguments: Any, **options: Any) -> list[Person]:
        """Write the key of each name with the name."""
        people = list(objs)
        for person in people:
            person.sort_key = sort_key(person.name)
        return super().bulk_create(people, *arguments, **options)

    def members(self, day: date) -> Self:
        """Return people with a membership that covers `day`; a suspended one stays a member."""
        return self.filter(covering(day, "memberships__"), memberships__isnull=False)

    def annotate_last_end(self, day: date) -> Self:
        """Return people with `last_end`: how the membership that ended last by `day` ended, None without one.

        A membership that ended on an unknown day counts as the earlier one. `emeritus_on` follows the same rule.
        """
        memberships = apps.get_model("people", "Membership")._default_manager.filter(person=OuterRef("pk"))
        last = memberships.filter(ended_by(day)).order_by(F("until").desc(nulls_last=True), "-pk").values("ended")[:1]
        return self.annotate(last_end=Subquery(last))

    def emeritus(self, day: date) -> Self:
        """Return people whose memberships have all ended by `day`, the last one as emeritus."""
        current = Person.objects.members(day).values("pk")
        return self.annotate_last_end(day).filter(last_end="emeritus").exclude(pk__in=current)

    def in_memoriam(self) -> Self:
        """Return people who have died: two people's word says so, and nothing of theirs is used again."""
        memberships = apps.get_model("people", "Membership")._default_manager.filter(ended="memoriam")
        return self.filter(pk__in=memberships.values("person"))

    def acting_admins(self, day: date) -> Self:
        """Return members who are admins on `day` and not suspended now: those the rule of two counts."""
        admins = Person.objects.holding("admin", day).values("pk")
        suspended = apps.get_model("people", "Suspension").objects.in_force().values("person")
        return self.members(day).filter(pk__in=admins).exclude(pk__in=suspended).distinct()

    def holding(self, kind: str, day: date) -> Self:
        """Return people who hold the role `kind` on `day`, members or not."""
        return self.filter(covering(day, "roles__"), roles__kind=kind)


class Person(models.Model):
    """One human being. `queries.roster` decides what is public."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True, help_text="The last part of the public page's address.")
    name = models.CharField(max_length=200, help_text="The name as the person writes it.")
    sort_key = models.TextField(
        default="",
        editable=False,
        db_collation="C",
        help_text="The name as it is sorted and searched; follows `name` by itself.",
    )
    github = models.CharField(
        "GitHub name",
        max_length=GITHUB_NAME_MOST,
        blank=True,
        help_text="May change and compares without case; `github_id` is the identity.",
    )
    github_id = models.BigIntegerField("GitHub id", null=True, blank=True, unique=True)
    affiliation = models.CharField(max_length=200, blank=True)
    affiliation_public = models.BooleanField(
        default=False, help_text="Shown on the roster only if the person wants it."
    )
    added_at = models.DateTimeField()

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sort_key", "name", "id"]
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("github"), condition=~Q(github=""), name="a_github_name_belongs_to_one_person"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_person_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        """Write the key of a name with the name."""
        self.sort_key = sort_key(self.name)
        if options.get("update_fields") and "name" in options["update_fields"]:
            options["update_fields"] = [*options["update_fields"], "sort_key"]
        super().save(**options)

    def get_absolute_url(self) -> str:
        """Return the path of the public page."""
        return reverse("roster:person", args=[self.slug])

    def is_member_on(self, day: date) -> bool:
        """Return whether a membership covers `day`: by one query, unless `queries.people.with_status` has read it."""
        if "is_on_team" in self.__dict__:
            return bool(self.__dict__["is_on_team"])
        return Person.objects.members(day).filter(pk=self.pk).exists()

    def has_suspension(self) -> bool:
        """Return whether a suspension is in force: by one query, unless `queries.people.with_status` has read it."""
        if "is_suspended" in self.__dict__:
            return bool(self.__dict__["is_suspended"])
        return self.suspensions.in_force().exists()

    def holds(self, kind: str, day: date) -> bool:
        """Return whether the person holds the role `kind` on `day`, member or not. One query."""
        return Person.objects.holding(kind, day).filter(pk=self.pk).exists()


class FormerGitHubName(models.Model):
    """A GitHub name that somebody held earlier; the account is the same, its name changed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="former_github_names")
    name = models.CharField(max_length=GITHUB_NAME_MOST)
    until = models.DateField(help_text="The first day (UTC) on which it was no longer theirs, as far as is known.")

    class Meta:
        ordering: ClassVar = ["until", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="a_former_name_is_a_name")]

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"


class Preferences(models.Model):
    """The choices of a person for themselves. Private: only they and, where it says so, the admins see them."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="preferences")
    time_zone = models.CharField(max_length=60, default="UTC", help_text="A name of the IANA time zone database.")
    away_until = models.DateField(
        null=True, blank=True, help_text="Not available before this day. Members see it where work is handed out."
    )
    may_be_assigned = models.BooleanField(
        default=False, help_text="The portal may make this person a coordinator by itself."
    )

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.person}"

    def is_away(self, day: date) -> bool:
        """Return whether the person has said that they are not available on `day`."""
        return self.away_until is not None and day < self.away_until
