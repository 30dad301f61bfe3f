"""Votes opened before these facts were kept: how many were on the roll, and that the nominee was asked in person."""

from typing import Any

from django.db import migrations
from django.db.models import Count, F


def fill_in(apps: Any, _schema_editor: Any) -> None:
    Vote = apps.get_model("nominations", "Vote")
    Nomination = apps.get_model("nominations", "Nomination")
    for vote in Vote.objects.annotate(voters=Count("roll")).iterator():
        Vote.objects.filter(pk=vote.pk).update(entitled=vote.voters)
    Nomination.objects.filter(consented_at=None, withdrawn_at=None).update(consented_at=F("proposed_at"))


class Migration(migrations.Migration):
    dependencies = [("nominations", "0002_consent_discussion_and_stops")]
    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
