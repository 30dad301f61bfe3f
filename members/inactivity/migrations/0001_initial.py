import uuid

import django.db.models.deletion
from django.db import migrations, models

import web.signed_links


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="YearlyReport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "since",
                    models.DateTimeField(help_text="Activity counts from here: when the last report was generated."),
                ),
                ("announced_at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(help_text="Not generated before; until then the links in the notice work."),
                ),
                ("generated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, help_text="When the Steering Council was told.", null=True),
                ),
                (
                    "announced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "generated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "sent_by",
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
                "ordering": ["-announced_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReportEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "noticed",
                    models.BooleanField(default=False, help_text="Was told that they would be listed as inactive."),
                ),
                (
                    "reminded_at",
                    models.DateTimeField(blank=True, help_text="When they were asked once more.", null=True),
                ),
                (
                    "link_nonce",
                    models.CharField(default=web.signed_links.new_nonce, editable=False, max_length=16),
                ),
                (
                    "last_active_on",
                    models.DateField(blank=True, help_text="The last day (UTC) of any activity on reports.", null=True),
                ),
                (
                    "group",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("inactive", "Inactive"),
                            ("exempt", "Exempt by role"),
                            ("new", "Too new"),
                            ("answered", "Answered the notice"),
                            ("active", "Active since the notice"),
                            ("gone", "Left since the notice"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "because",
                    models.CharField(blank=True, help_text="Why they stand in that list, in words.", max_length=300),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("active", "still active"), ("retire", "retires to emeritus")],
                        max_length=10,
                    ),
                ),
                ("answer_text", models.TextField(blank=True, help_text="For the admins and the Steering Council.")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer_taken_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who wrote down what somebody without an address said; empty for an answer by a link.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="report_entries", to="people.person"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="inactivity.yearlyreport",
                    ),
                ),
            ],
            options={
                "ordering": ["person__name", "id"],
            },
        ),
        migrations.CreateModel(
            name="EntryDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("keep", "Keep"), ("remove", "Remove"), ("later", "Decide later")], max_length=10
                    ),
                ),
                ("in_favour", models.PositiveSmallIntegerField()),
                ("against", models.PositiveSmallIntegerField()),
                ("abstained", models.PositiveSmallIntegerField(help_text="Conflicts of interest included.")),
                ("decided_on", models.DateField(help_text="The day of the council's decision, in UTC.")),
                ("link", models.URLField(help_text="Where the decision is written down.")),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="inactivity.reportentry",
                    ),
                ),
            ],
            options={
                "ordering": ["recorded_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("verdict", "later"), _negated=True),
                        fields=("entry",),
                        name="a_name_is_decided_on_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("link", ""), _negated=True), name="a_verdict_says_where_it_is_written"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="yearlyreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at", None), ("generated_at__isnull", False), _connector="OR"),
                name="a_report_is_sent_when_it_is_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearlyreport",
            constraint=models.UniqueConstraint(
                models.ExpressionWrapper(models.Q(("generated_at", None)), output_field=models.BooleanField()),
                condition=models.Q(("generated_at", None)),
                name="one_yearly_report_runs_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportentry",
            constraint=models.UniqueConstraint(fields=("report", "person"), name="a_person_stands_in_a_report_once"),
        ),
        migrations.AddConstraint(
            model_name="reportentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None)),
                    models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="an_answer_says_when",
            ),
        ),
    ]
