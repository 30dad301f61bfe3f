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
            name="DriftCheck",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("requested_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, help_text="When a worker last took it.", null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "requested_by",
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
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        help_text=(
                            "The check whose changes it looks at once more. Empty: somebody or the schedule asked for it."
                        ),
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="drift.driftcheck",
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "server",
                    models.CharField(help_text="Which server was asked, or where the list came from.", max_length=200),
                ),
                ("entries", models.PositiveIntegerField(default=0, help_text="How many accounts it listed.")),
                (
                    "error",
                    models.CharField(blank=True, help_text="Why it could not be read, in words.", max_length=300),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.channel"
                    ),
                ),
                (
                    "check_run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readings", to="drift.driftcheck"
                    ),
                ),
            ],
            options={
                "ordering": ["channel__position", "channel_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("check_run", "channel"), name="a_check_reads_a_channel_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("left", "left the team, still there"),
                            ("missing", "missing"),
                            ("no_account", "no account on record"),
                            ("pending", "invited, not yet in"),
                            ("renamed", "under a new name"),
                            ("other_address", "under another address"),
                            ("unknown", "not on the roster"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "identifier",
                    models.CharField(blank=True, help_text="What the channel calls the account.", max_length=254),
                ),
                ("shown", models.CharField(blank=True, help_text="The name it shows.", max_length=254)),
                (
                    "role",
                    models.CharField(
                        blank=True, help_text="The privilege of the account; empty: a plain member.", max_length=20
                    ),
                ),
                (
                    "profile",
                    models.URLField(
                        blank=True,
                        help_text="The page of the account that had the name of somebody missing when the check ran.",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="drift.reading"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "unknown"), ("person", None)),
                            models.Q(models.Q(("kind", "unknown"), _negated=True), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="only_an_unknown_account_is_nobodys",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("add", "Add"),
                            ("remove", "Remove"),
                            ("rename", "Note the new GitHub name"),
                            ("adopt", "Note the other address"),
                        ],
                        max_length=10,
                    ),
                ),
                ("confirmed_at", models.DateTimeField()),
                (
                    "was_looked_at",
                    models.BooleanField(
                        default=False, help_text="Whether the admin said that the account found by its name is theirs."
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "error",
                    models.CharField(blank=True, help_text="Why it could not be made, in words.", max_length=300),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "finding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="change", to="drift.finding"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("done_at", None), ("failed_at", None), _connector="OR"),
                        name="a_change_is_made_or_fails",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("failed_at", None), models.Q(("error", ""), _negated=True), _connector="OR"
                        ),
                        name="a_failed_change_says_why",
                    ),
                ],
            },
        ),
    ]
