"""Answers of GitHub to the question which account a name belongs to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from members.people.models import Person
from web.validity import GITHUB_NAME_MOST


class GitHubLookup(models.Model):
    """The last question about the GitHub name of a person, and its answer; `queries.account_of` reads it."""

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, primary_key=True, related_name="github_lookup", editable=False
    )
    name = models.CharField(max_length=GITHUB_NAME_MOST, help_text="The name that was asked for.")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="Empty: GitHub has given no answer yet.")
    is_stale = models.BooleanField(default=False, help_text="To be asked once more.")
    number = models.BigIntegerField(null=True, blank=True, help_text="Empty in an answer: no account has this name.")
    account_since = models.DateTimeField(null=True, blank=True, help_text="When the account was made.")
    failed_at = models.DateTimeField(null=True, blank=True, help_text="When GitHub last gave no answer.")
    error = models.CharField(max_length=300, blank=True, help_text="Why it gave none, in words.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number=None) | Q(answered_at__isnull=False), name="a_number_comes_with_an_answer"
            ),
            models.CheckConstraint(
                condition=Q(failed_at=None, error="") | (Q(failed_at__isnull=False) & ~Q(error="")),
                name="a_failed_lookup_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.number or 'no number'}"
