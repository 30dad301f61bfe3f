import uuid

import django.contrib.postgres.fields
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
            name="Checklist",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("direction", models.CharField(choices=[("in", "onboarding"), ("out", "offboarding")], max_length=3)),
                (
                    "began",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("vote", "by a vote of the members"),
                            ("decision", "by a decision of the Steering Council"),
                            ("record", "before the portal kept records"),
                        ],
                        help_text="In only.",
                        max_length=10,
                    ),
                ),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[("emeritus", "emeritus"), ("removed", "removed"), ("memoriam", "in memoriam")],
                        help_text="Out only.",
                        max_length=10,
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        help_text="In: the vote or decision it rests on. Out: empty, it stands with the membership.",
                        max_length=300,
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="For the admins: why somebody leaves, or why it was given up."
                    ),
                ),
                (
                    "begun_at",
                    models.DateTimeField(help_text="In: when the person was approved. Out: when their access ended."),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the responsibilities of that moment were accepted. In only.",
                        null=True,
                    ),
                ),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, help_text="In only.", null=True)),
                (
                    "reminded_at",
                    models.DateTimeField(blank=True, help_text="When the last reminder was sent.", null=True),
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
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checklists",
                        to="people.membership",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checklists", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-begun_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("direction", "in"), ("cancelled_at", None), ("completed_at", None)),
                        fields=("person",),
                        name="one_running_onboarding_a_person",
                    ),
                    models.UniqueConstraint(
                        fields=("membership", "direction"), name="a_membership_has_one_checklist_a_direction"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("direction", "in"), models.Q(("began", ""), _negated=True), ("ending", "")),
                            models.Q(("direction", "out"), ("began", ""), models.Q(("ending", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="an_onboarding_begins_and_an_offboarding_ends_a_membership",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("direction", "out"),
                            models.Q(("completed_at", None), ("membership", None)),
                            models.Q(
                                ("cancelled_at", None), ("completed_at__isnull", False), ("membership__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="a_complete_onboarding_is_a_membership",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction", "in"), ("membership__isnull", False), _connector="OR"),
                        name="an_offboarding_is_of_a_membership",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("direction", "in"),
                            models.Q(("accepted_at", None), ("cancelled_at", None), ("cancelled_by", None)),
                            _connector="OR",
                        ),
                        name="only_an_onboarding_is_accepted_or_cancelled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancelled_at", None), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="a_cancelled_onboarding_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChecklistStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "not_needed",
                    models.BooleanField(default=False, help_text="Ticked off because there is nothing to do."),
                ),
                (
                    "checked_at",
                    models.DateTimeField(blank=True, help_text="When the check behind the result finished.", null=True),
                ),
                (
                    "check_run",
                    models.UUIDField(blank=True, help_text="Which check that was, for the link to it.", null=True),
                ),
                (
                    "check_result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "nothing stands out"),
                            ("unread", "the channel could not be read"),
                            ("left", "left the team, still there"),
                            ("missing", "missing"),
                            ("no_account", "no account on record"),
                            ("pending", "invited, not yet in"),
                            ("renamed", "under a new name"),
                            ("other_address", "under another address"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, help_text="When a check first found it as ticked.", null=True),
                ),
                (
                    "applied_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the portal changed the channel because an admin confirmed that.",
                        null=True,
                    ),
                ),
                (
                    "applied_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who confirmed it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.channel"
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="boarding.checklist"
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
            ],
            options={
                "ordering": ["channel__position", "channel_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("checklist", "channel"), name="a_checklist_has_a_channel_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("check_result", ""), ("check_run", None), ("checked_at", None)),
                            models.Q(("check_run__isnull", False), ("checked_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_check_result_says_from_when_and_which_check",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Memorial",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(help_text="How it is known: a link, or a few words.", max_length=300)),
                ("recorded_at", models.DateTimeField()),
                (
                    "login_was_open",
                    models.BooleanField(default=False, help_text="Whether recording it closed a login that was open."),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_before",
                    models.CharField(
                        blank=True,
                        help_text="How the last membership had ended before; empty: it was running.",
                        max_length=10,
                    ),
                ),
                (
                    "ended_roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        help_text="The roles that ended with it.",
                        size=None,
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undo_reason", models.CharField(blank=True, max_length=300)),
                (
                    "confirmed_by",
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
                    models.ForeignKey(
                        blank=True,
                        help_text="The last one, once it is confirmed.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memorials", to="people.person"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "undone_by",
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
                "ordering": ["-recorded_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)), fields=("person",), name="a_death_is_recorded_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None), ("membership", None)),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                ("membership__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_confirmed_death_is_of_a_membership",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="a_death_needs_two_peoples_word",
                    ),
                ],
            },
        ),
    ]
