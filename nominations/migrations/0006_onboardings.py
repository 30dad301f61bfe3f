"""A nomination leads to an onboarding."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_first_channels_and_documents"),
        ("nominations", "0005_reminder_of_the_count"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="nomination", name="a_nomination_that_led_to_a_membership_is_over"),
        migrations.AddField(
            model_name="nomination",
            name="onboarding",
            field=models.OneToOneField(
                blank=True,
                help_text="What it led to; one nomination leads to one onboarding.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="nomination",
                to="members.onboarding",
            ),
        ),
    ]
