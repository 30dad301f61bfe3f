"""Somebody the portal knows, with or without a login and a GitHub account."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

#: Addresses below ``/members/`` that are pages of their own and so no person's.
RESERVED_SLUGS = frozenset({"accept", "invitations", "join", "responsibilities"})


class PersonQuerySet(models.QuerySet["Person"]):
    """Sets of people; `day` is a calendar day in UTC."""

    def members(self, day: date) -> Self:
        """People with a membership that covers `day`."""
        periods = self.model._meta.get_field("memberships").related_model._default_manager.on(day)
        return self.filter(pk__in=periods.values("person"))

    def emeritus(self, day: date) -> Self:
        """People whose memberships have all ended, the last one as emeritus."""
        periods = self.model._meta.get_field("memberships").related_model._default_manager
        ended = periods.filter(ended="emeritus")
        return self.filter(pk__in=ended.values("person")).exclude(pk__in=periods.on(day).values("person"))

    def holding(self, kind: str, day: date) -> Self:
        """People who hold the role `kind` on `day`, members or not."""
        roles = self.model._meta.get_field("roles").related_model._default_manager.on(day)
        return self.filter(pk__in=roles.filter(kind=kind).values("person"))


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
