"""The private address under which somebody's calendar program reads what runs out."""

from __future__ import annotations

from django.db import models

from members.people.models import Person
from web.signed_links import new_nonce


class CalendarLink(models.Model):
    """The nonce of one person's calendar address; a new one makes it void. It says nothing of what they may see."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="calendar_link")
    nonce = models.CharField(max_length=16, default=new_nonce, editable=False, help_text="A new one ends the old link.")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar link of {self.person}"
