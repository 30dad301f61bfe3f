import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LoginReset",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "new_email",
                    models.EmailField(
                        blank=True,
                        help_text="Empty: the address of the login still works.",
                        max_length=254,
                        verbose_name="new address",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("evidence", models.TextField(blank=True, help_text="How the first person knows that it is them.")),
                ("proposed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "second_evidence",
                    models.TextField(blank=True, help_text="How the second person knows that it is them."),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                (
                    "stopped_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Stopped by the person, or by the link in the mail to the address of the login.",
                        null=True,
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the operator.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the operator.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="login_reset",
                        to="accounts.invitation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="login_resets", to="people.person"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at", None), ("refused_at", None), ("stopped_at", None)),
                        fields=("person",),
                        name="one_unanswered_reset_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(
                                ("proposed_by__isnull", False),
                                models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                                models.Q(("evidence", ""), _negated=True),
                                models.Q(("second_evidence", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_reset_needs_two_people_who_say_how_they_know",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("proposed_by", None),
                                models.Q(("proposed_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("confirmed_by", None),
                                models.Q(("confirmed_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="nobody_confirms_a_reset_of_their_own",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("invitation", None)),
                            models.Q(("confirmed_at__isnull", False), ("invitation__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_confirmed_reset_has_an_invitation",
                    ),
                ],
            },
        ),
    ]
