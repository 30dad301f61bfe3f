import uuid

import django.db.models.deletion
from django.db import migrations, models

import advisories.reports.models
import web.signed_links


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "reference",
                    models.CharField(default=advisories.reports.models.new_reference, max_length=8, unique=True),
                ),
                (
                    "project",
                    models.CharField(
                        choices=[("cpython", "CPython"), ("pip", "pip"), ("other", "Other project")], max_length=10
                    ),
                ),
                ("summary", models.CharField(max_length=200)),
                ("description", models.TextField()),
                ("versions", models.TextField(help_text="Which versions were tested, and which are affected.")),
                ("impact", models.TextField(help_text="What an attacker gains, and the threat model that relies on.")),
                ("proof_of_concept", models.TextField(blank=True)),
                (
                    "known_elsewhere",
                    models.TextField(blank=True, help_text="Where it is public or known already; empty: nowhere."),
                ),
                (
                    "checked_by_person",
                    models.BooleanField(help_text="A person checked what a language model wrote, or none was used."),
                ),
                ("reporter_name", models.CharField(blank=True, max_length=200)),
                (
                    "reporter_email",
                    models.EmailField(blank=True, help_text="Only for the team's eyes.", max_length=254),
                ),
                (
                    "credit_as",
                    models.CharField(blank=True, help_text="Empty: does not want to be named.", max_length=200),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "link_nonce",
                    models.CharField(
                        default=web.signed_links.new_nonce,
                        help_text="A new one ends the private link.",
                        max_length=16,
                    ),
                ),
                (
                    "fingerprint",
                    models.CharField(help_text="Keyed hash of what was handed in.", max_length=64, unique=True),
                ),
                ("coordinated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "determination",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("vulnerability", "Vulnerability"),
                            ("ordinary_bug", "Ordinary bug"),
                            ("not_a_bug", "Not a bug"),
                            ("duplicate", "Duplicate"),
                            ("invalid", "Invalid"),
                            ("forwarded", "Forwarded elsewhere"),
                        ],
                        max_length=13,
                    ),
                ),
                ("determined_at", models.DateTimeField(blank=True, null=True)),
                ("forwarded_to", models.CharField(blank=True, max_length=200)),
                ("embargo_until", models.DateTimeField(blank=True, null=True)),
                (
                    "coordinator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "determined_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at", "-id"],
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("body", models.TextField()),
                ("internal", models.BooleanField(default=True, help_text="Only the team sees it.")),
                ("sent_at", models.DateTimeField()),
                (
                    "fingerprint",
                    models.CharField(help_text="Keyed hash, against double submits.", max_length=64, unique=True),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the reporter.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="reports.report"
                    ),
                ),
            ],
            options={
                "ordering": ["sent_at", "id"],
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["-received_at", "-id"], name="reports_newest_first"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["coordinator", "received_at"], name="reports_of_a_coordinator"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("coordinated_at", None), ("coordinator", None)),
                    models.Q(("coordinated_at__isnull", False), ("coordinator__isnull", False)),
                    _connector="OR",
                ),
                name="a_coordinated_report_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("determination", ""), ("determined_at", None), ("determined_by", None)),
                    models.Q(
                        models.Q(("determination", ""), _negated=True),
                        ("determined_at__isnull", False),
                        ("determined_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_determination_says_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("determination", "duplicate"), ("duplicate_of__isnull", False)),
                    models.Q(models.Q(("determination", "duplicate"), _negated=True), ("duplicate_of", None)),
                    _connector="OR",
                ),
                name="a_duplicate_names_its_original",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duplicate_of", None), models.Q(("duplicate_of", models.F("id")), _negated=True), _connector="OR"
                ),
                name="no_report_is_its_own_duplicate",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("determination", "forwarded"), models.Q(("forwarded_to", ""), _negated=True)),
                    models.Q(models.Q(("determination", "forwarded"), _negated=True), ("forwarded_to", "")),
                    _connector="OR",
                ),
                name="a_forwarded_report_says_where_to",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["report", "sent_at"], name="messages_of_a_report"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("author__isnull", False), ("internal", False), _connector="OR"),
                name="a_reporter_writes_no_internal_notes",
            ),
        ),
    ]
