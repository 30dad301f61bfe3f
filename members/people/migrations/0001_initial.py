import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "slug",
                    models.SlugField(
                        help_text="The last part of the public page's address.", max_length=80, unique=True
                    ),
                ),
                ("name", models.CharField(help_text="The name as the person writes it.", max_length=200)),
                (
                    "sort_key",
                    models.TextField(
                        db_collation="C",
                        default="",
                        editable=False,
                        help_text="The name as it is sorted and searched; follows `name` by itself.",
                    ),
                ),
                (
                    "github",
                    models.CharField(
                        blank=True,
                        help_text="May change and compares without case; `github_id` is the identity.",
                        max_length=39,
                        verbose_name="GitHub name",
                    ),
                ),
                ("github_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="GitHub id")),
                ("affiliation", models.CharField(blank=True, max_length=200)),
                (
                    "affiliation_public",
                    models.BooleanField(default=False, help_text="Shown on the roster only if the person wants it."),
                ),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "people",
                "ordering": ["sort_key", "name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("github"),
                        condition=models.Q(("github", ""), _negated=True),
                        name="a_github_name_belongs_to_one_person",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="a_person_has_a_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preferences",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "time_zone",
                    models.CharField(default="UTC", help_text="A name of the IANA time zone database.", max_length=60),
                ),
                (
                    "away_until",
                    models.DateField(
                        blank=True,
                        help_text="Not available before this day. Members see it where work is handed out.",
                        null=True,
                    ),
                ),
                (
                    "may_be_assigned",
                    models.BooleanField(
                        default=False, help_text="The portal may make this person a coordinator by itself."
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="preferences", to="people.person"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "preferences",
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(blank=True, help_text="Empty: it began, nobody knows when.", null=True)),
                (
                    "since_precision",
                    models.CharField(
                        choices=[
                            ("day", "to the day"),
                            ("month", "to the month"),
                            ("year", "to the year"),
                            ("about", "about that year"),
                        ],
                        default="day",
                        max_length=5,
                    ),
                ),
                ("until", models.DateField(blank=True, help_text="The first day it no longer holds.", null=True)),
                (
                    "until_precision",
                    models.CharField(
                        choices=[
                            ("day", "to the day"),
                            ("month", "to the month"),
                            ("year", "to the year"),
                            ("about", "about that year"),
                        ],
                        default="day",
                        max_length=5,
                    ),
                ),
                (
                    "ended_on_unknown_day",
                    models.BooleanField(default=False, help_text="It has ended, nobody knows when."),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day (UTC) since which the portal knows of it. Empty: always.",
                        null=True,
                    ),
                ),
                (
                    "authority",
                    models.CharField(blank=True, help_text="The decision or document it began by.", max_length=300),
                ),
                (
                    "end_authority",
                    models.CharField(blank=True, help_text="The decision or document it ended by.", max_length=300),
                ),
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
                (
                    "ended",
                    models.CharField(
                        blank=True,
                        choices=[("emeritus", "emeritus"), ("removed", "removed"), ("memoriam", "in memoriam")],
                        max_length=10,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="people.person"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("ended_on_unknown_day", False), _connector="OR"),
                        name="membership_has_one_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("since", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="membership_ends_after_it_began",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended", "")), fields=("person",), name="one_running_membership_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended", ""), ("ended_on_unknown_day", False), ("until", None)),
                            models.Q(
                                models.Q(("ended", ""), _negated=True),
                                models.Q(("until__isnull", False), ("ended_on_unknown_day", True), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="an_ended_membership_says_how_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerGitHubName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=39)),
                (
                    "until",
                    models.DateField(
                        help_text="The first day (UTC) on which it was no longer theirs, as far as is known."
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_github_names",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "ordering": ["until", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="a_former_name_is_a_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(blank=True, help_text="Empty: it began, nobody knows when.", null=True)),
                (
                    "since_precision",
                    models.CharField(
                        choices=[
                            ("day", "to the day"),
                            ("month", "to the month"),
                            ("year", "to the year"),
                            ("about", "about that year"),
                        ],
                        default="day",
                        max_length=5,
                    ),
                ),
                ("until", models.DateField(blank=True, help_text="The first day it no longer holds.", null=True)),
                (
                    "until_precision",
                    models.CharField(
                        choices=[
                            ("day", "to the day"),
                            ("month", "to the month"),
                            ("year", "to the year"),
                            ("about", "about that year"),
                        ],
                        default="day",
                        max_length=5,
                    ),
                ),
                (
                    "ended_on_unknown_day",
                    models.BooleanField(default=False, help_text="It has ended, nobody knows when."),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day (UTC) since which the portal knows of it. Empty: always.",
                        null=True,
                    ),
                ),
                (
                    "authority",
                    models.CharField(blank=True, help_text="The decision or document it began by.", max_length=300),
                ),
                (
                    "end_authority",
                    models.CharField(blank=True, help_text="The decision or document it ended by.", max_length=300),
                ),
                (
                    "is_authority_public",
                    models.BooleanField(
                        default=False, help_text="Whether public pages name what it began by; a PEP they always name."
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("admin", "Admin"),
                            ("release_manager", "Release Manager"),
                            ("steering_council", "Steering Council"),
                            ("psf_staff", "PSF staff"),
                            ("core_team", "Core team"),
                            ("triager", "Triager"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="roles", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("ended_on_unknown_day", False), _connector="OR"),
                        name="role_has_one_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("since", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="role_ends_after_it_began",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on_unknown_day", False), ("until", None)),
                        fields=("person", "kind"),
                        name="a_role_is_held_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(help_text="For the admins and the Steering Council.")),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.TextField(blank=True, help_text="For the admins and the Steering Council.")),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "ended_by",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="suspensions", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-begun_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("person",),
                        name="nobody_is_suspended_twice_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="a_suspension_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_by", None), ("ended_at__isnull", False), _connector="OR"),
                        name="who_ended_a_suspension_says_when",
                    ),
                ],
            },
        ),
    ]
