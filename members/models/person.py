"""Somebody the portal knows, with or without a login and a GitHub account."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.apps import apps
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse

#: Addresses below ``/members/`` that are pages of their own and so no person's.
RESERVED_SLUGS = frozenset({"accept", "invitations", "join", "responsibilities"})


def covering(day: date, periods: str = "") -> Q:
    """The condition that a period covers `day` (UTC): its first day counts, its `until` does not.

    `periods` is the path to the periods with its two underscores, such as ``memberships__``.
    """
    return (
        (Q(**{f"{periods}since": None}) | Q(**{f"{periods}since__lte": day}))
        & (Q(**{f"{periods}until": None}) | Q(**{f"{periods}until__gt": day}))
        & Q(**{f"{periods}ended_on_unknown_day": False})
    )


class PersonQuerySet(models.QuerySet["Person"]):
    """Sets of people; `day` is a calendar day in UTC."""

    def members(self, day: date) -> Self:
        """People with a membership that covers `day`."""
        return self.filter(covering(day, "memberships__"), memberships__isnull=False)

    def emeritus(self, day: date) -> Self:
        """People whose memberships have all ended, the last one as emeritus; an unknown day is the earlier."""
        current = Person.objects.members(day).values("pk")
        ended = apps.get_model("members", "Membership")._default_manager.filter(person=OuterRef("pk")).exclude(ended="")
        last = ended.order_by(F("until").desc(nulls_last=True), "-pk").values("ended")[:1]
        return self.annotate(last_end=Subquery(last)).filter(last_end="emeritus").exclude(pk__in=current)

    def holding(self, kind: str, day: date) -> Self:
        """People who hold the role `kind` on `day`, members or not."""
        return self.filter(covering(day, "roles__"), roles__kind=kind)


class Person(models.Model):
    """One human being. What is public is decided by `members.roster`, not here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True, help_text="The last part of the public page's address.")
    name = models.CharField(max_length=200, help_text="The name as the person writes it.")
    github = models.CharField(
        "GitHub name",
        max_length=39,
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
        ordering: ClassVar = ["name", "id"]
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("github"), condition=~Q(github=""), name="a_github_name_belongs_to_one_person"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_person_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:person", args=[self.slug])
