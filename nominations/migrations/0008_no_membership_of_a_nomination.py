"""The onboarding knows the membership."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("nominations", "0007_onboardings_of_earlier_nominations")]

    operations = [
        migrations.RemoveField(model_name="nomination", name="membership"),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=Q(onboarding=None) | Q(ended_at__isnull=False, withdrawn_at=None, annulled_at=None),
                name="a_nomination_that_led_to_an_onboarding_is_over",
            ),
        ),
    ]
