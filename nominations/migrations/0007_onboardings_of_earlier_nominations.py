"""What led to a membership before the portal knew onboardings was complete with it."""

from typing import Any

from django.db import migrations


def give_onboardings(apps: Any, schema_editor: Any) -> None:
    nominations = apps.get_model("nominations", "Nomination")
    onboardings = apps.get_model("members", "Onboarding")
    for nomination in nominations.objects.exclude(membership=None).select_related("membership"):
        nomination.onboarding = onboardings.objects.create(
            person=nomination.nominee,
            began=nomination.membership.began,
            authority=nomination.membership.authority,
            approved_at=nomination.ended_at,
            completed_at=nomination.ended_at,
            membership=nomination.membership,
        )
        nomination.save()


class Migration(migrations.Migration):
    dependencies = [("nominations", "0006_onboardings")]

    operations = [migrations.RunPython(give_onboardings, migrations.RunPython.noop)]
