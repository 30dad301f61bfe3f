import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("reports", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedNumber",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Advisory",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("psf_id", models.CharField(blank=True, max_length=20, null=True, unique=True, verbose_name="PSF id")),
                (
                    "cve_id",
                    models.CharField(
                        blank=True, help_text="The first alias that is one.", max_length=30, verbose_name="CVE ID"
                    ),
                ),
                (
                    "project",
                    models.CharField(
                        choices=[("cpython", "CPython"), ("pip", "pip"), ("other", "Other project")], max_length=10
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=1024)),
                ("description", models.TextField(blank=True, help_text="Markdown.")),
                ("aliases", models.JSONField(default=list)),
                ("severity", models.JSONField(default=list, help_text="OSV's list; an entry's score is a vector.")),
                ("weaknesses", models.JSONField(default=list)),
                ("references", models.JSONField(default=list)),
                ("version_ranges", models.JSONField(default=list)),
                ("modules", models.JSONField(default=list)),
                ("affected", models.JSONField(default=list)),
                ("schema_version", models.CharField(max_length=12)),
                ("spelling", models.JSONField(default=dict, help_text="Of times, as an imported record wrote them.")),
                ("extras", models.JSONField(default=dict)),
                (
                    "base_score",
                    models.DecimalField(
                        blank=True, decimal_places=1, help_text="From the vector, for lists.", max_digits=3, null=True
                    ),
                ),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("critical", "Critical"),
                        ],
                        help_text="As the score.",
                        max_length=8,
                    ),
                ),
                (
                    "credits_settled",
                    models.BooleanField(default=False, help_text="Everybody named agreed, or nobody is to be named."),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, help_text="Counts edits, so that none overwrites another."),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "published_is_stated",
                    models.BooleanField(
                        default=True,
                        help_text="False: an imported record does not say when; `published_at` is its last change.",
                    ),
                ),
                ("modified_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        blank=True,
                        help_text="Empty: imported.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advisory",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "advisories",
                "ordering": ["-published_at", "-psf_id"],
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.TextField()),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("REPORTER", "Reporter"),
                            ("COORDINATOR", "Coordinator"),
                            ("REMEDIATION_DEVELOPER", "Remediation developer"),
                            ("REMEDIATION_REVIEWER", "Remediation reviewer"),
                            ("FINDER", "Finder"),
                            ("ANALYST", "Analyst"),
                            ("REMEDIATION_VERIFIER", "Remediation verifier"),
                            ("TOOL", "Tool"),
                            ("SPONSOR", "Sponsor"),
                            ("OTHER", "Other"),
                        ],
                        help_text="Empty: not said.",
                        max_length=24,
                    ),
                ),
                ("contacts", models.JSONField(default=list)),
                ("extras", models.JSONField(default=dict)),
                (
                    "advisory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="credits", to="publication.advisory"
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
            ],
            options={
                "ordering": ["position"],
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="advisory",
            index=models.Index(fields=["-published_at", "-psf_id"], name="advisories_newest_first"),
        ),
        migrations.AddIndex(
            model_name="advisory",
            index=models.Index(fields=["cve_id"], name="advisories_by_cve_id"),
        ),
        migrations.AddConstraint(
            model_name="advisory",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("cve_id", ""), _negated=True), ("report__isnull", False)),
                fields=("cve_id",),
                name="a_cve_id_belongs_to_one_advisory",
            ),
        ),
        migrations.AddConstraint(
            model_name="advisory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("psf_id", None), ("published_at", None)),
                    models.Q(("psf_id__isnull", False), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_psf_id_is_given_by_publishing",
            ),
        ),
        migrations.AddConstraint(
            model_name="advisory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None)),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="an_approval_says_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="advisory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    ("edited_by", None),
                    models.Q(("approved_by", models.F("edited_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_approves_their_own_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="advisory",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at", None), ("published_at__isnull", False), _connector="OR"),
                name="only_what_is_public_is_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.UniqueConstraint(fields=("advisory", "position"), name="credits_stand_in_an_order"),
        ),
    ]
