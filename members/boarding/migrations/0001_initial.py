import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("channels", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Offboarding",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("ending", models.CharField(choices=[("emeritus", "emeritus"), ("removed", "removed")], max_length=10)),
                ("reason", models.TextField(blank=True, help_text="For the admins.")),
                ("begun_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reminded_at",
                    models.DateTimeField(blank=True, help_text="When the admins were last reminded.", null=True),
                ),
                (
                    "begun_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the portal.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "finished_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offboarding", to="people.membership"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offboardings", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-begun_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Onboarding",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "began",
                    models.CharField(
                        choices=[
                            ("vote", "by a vote of the members"),
                            ("decision", "by a decision of the Steering Council"),
                            ("record", "before the portal kept records"),
                        ],
                        max_length=10,
                    ),
                ),
                ("authority", models.CharField(help_text="The vote or decision it rests on.", max_length=300)),
                ("approved_at", models.DateTimeField()),
                (
                    "accepted_at",
                    models.DateTimeField(
                        blank=True, help_text="When the responsibilities of that moment were accepted.", null=True
                    ),
                ),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_reason", models.TextField(blank=True, help_text="For the admins.")),
                (
                    "reminded_at",
                    models.DateTimeField(
                        blank=True, help_text="When whoever is waited for was last reminded.", null=True
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "completed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "membership",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="onboarding",
                        to="people.membership",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="onboardings", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-approved_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="OnboardingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "not_needed",
                    models.BooleanField(default=False, help_text="Ticked off because there is nothing to do."),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, help_text="When a drift check found it so.", null=True),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.channel"
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the portal.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "onboarding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="boarding.onboarding"
                    ),
                ),
            ],
            options={
                "ordering": ["channel__position", "channel_id"],
            },
        ),
        migrations.CreateModel(
            name="OffboardingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "not_needed",
                    models.BooleanField(default=False, help_text="Ticked off because there is nothing to do."),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, help_text="When a drift check found it so.", null=True),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.channel"
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the portal.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "offboarding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="boarding.offboarding"
                    ),
                ),
            ],
            options={
                "ordering": ["channel__position", "channel_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("offboarding", "channel"), name="an_offboarding_has_a_channel_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="onboarding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at", None), ("completed_at", None)),
                fields=("person",),
                name="one_running_onboarding_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="onboarding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("completed_at", None), ("membership", None)),
                    models.Q(("cancelled_at", None), ("completed_at__isnull", False), ("membership__isnull", False)),
                    _connector="OR",
                ),
                name="a_complete_onboarding_is_a_membership",
            ),
        ),
        migrations.AddConstraint(
            model_name="onboarding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_at", None), models.Q(("cancel_reason", ""), _negated=True), _connector="OR"
                ),
                name="a_cancelled_onboarding_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="onboardingstep",
            constraint=models.UniqueConstraint(
                fields=("onboarding", "channel"), name="an_onboarding_has_a_channel_once"
            ),
        ),
    ]
