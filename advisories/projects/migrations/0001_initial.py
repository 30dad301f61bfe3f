from typing import Any

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from advisories.projects.texts import write_first_rows


def write(apps: Any, _schema_editor: Any) -> None:
    names = ("Project", "Branch", "BranchSource", "PolicyVersion", "PolicyRule")
    write_first_rows(*(apps.get_model("projects", name).objects for name in names))


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="1, 2, 3, one after the other.", unique=True)),
                ("text", models.TextField(help_text="Markdown; a heading of the third level with a code is a rule.")),
                ("change", models.CharField(blank=True, max_length=300, verbose_name="what changed")),
                ("revision", models.PositiveIntegerField(default=1, help_text="Counts edits of the draft.")),
                ("edited_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, help_text="Empty: a draft.", null=True)),
                ("in_force_from", models.DateTimeField(blank=True, null=True)),
                (
                    "edited_by",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="a_policy_says_something"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at", None)),
                        fields=("published_at",),
                        name="there_is_one_draft_of_the_policy",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("in_force_from", None), ("published_at", None)),
                            models.Q(
                                ("in_force_from__gte", models.F("published_at")),
                                ("in_force_from__isnull", False),
                                ("published_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_published_policy_says_from_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(help_text="The same in every version that has the rule.", max_length=40)),
                ("heading", models.CharField(max_length=200)),
                ("text", models.TextField(help_text="Markdown.")),
                (
                    "leads_to",
                    models.CharField(
                        choices=[
                            ("not-a-vulnerability", "Not a vulnerability"),
                            ("public-issue", "A public issue"),
                            ("other-project", "Another project"),
                            ("discard", "Discarded without a reply"),
                            ("sent-back", "Asked to be sent again"),
                            ("refusal", "Later reports are refused"),
                        ],
                        max_length=20,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="projects.policyversion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "code"), name="a_rule_has_a_code_of_its_own"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("heading", ""), _negated=True), models.Q(("text", ""), _negated=True)
                        ),
                        name="a_rule_says_something",
                    ),
                ],
                "ordering": ["version", "position", "code"],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "slug",
                    models.CharField(
                        help_text="In addresses and filters; it never changes.",
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9-]{0,39}$", "Lower-case letters, digits and hyphens, such as cpython."
                            )
                        ],
                        verbose_name="short name",
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                (
                    "repository",
                    models.CharField(blank=True, help_text="Owner and name on GitHub; empty: none.", max_length=140),
                ),
                (
                    "purl",
                    models.CharField(
                        blank=True,
                        help_text="Empty: not installed from PyPI.",
                        max_length=200,
                        verbose_name="package URL",
                    ),
                ),
                ("vendor", models.CharField(blank=True, help_text="As CVE records name it.", max_length=200)),
                ("product", models.CharField(blank=True, help_text="As CVE records name it.", max_length=200)),
                ("platforms", models.TextField(blank=True, help_text="One a line, for CVE records; empty: all.")),
                ("is_covered", models.BooleanField(default=False, help_text="The PSF's CNA gives its CVE IDs.")),
                ("cna_name", models.CharField(blank=True, help_text="The CNA that covers it instead.", max_length=120)),
                ("cna_url", models.URLField(blank=True, max_length=300)),
                ("contact", models.CharField(blank=True, help_text="An address, or where to write.", max_length=200)),
                ("policy_url", models.URLField(blank=True, help_text="Its own security policy.", max_length=300)),
                (
                    "advisory_form",
                    models.URLField(
                        blank=True,
                        help_text="The form of its GitHub Security Advisories; empty: it takes none.",
                        max_length=300,
                    ),
                ),
                ("is_offered", models.BooleanField(default=False, help_text="The public form offers it.")),
                ("position", models.PositiveSmallIntegerField(default=100)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=1, help_text="Counts changes, so that none overwrites another."
                    ),
                ),
            ],
            options={
                "ordering": ["position", "slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "^[a-z][a-z0-9-]{0,39}$")), name="a_project_has_a_short_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="a_project_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("repository", ""),
                            ("repository__regex", "^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$"),
                            _connector="OR",
                        ),
                        name="a_repository_is_an_owner_and_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("purl", ""), ("purl__regex", "^pkg:pypi/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$"), _connector="OR"
                        ),
                        name="a_package_url_is_one_of_pypi",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_covered", False), models.Q(("cna_name", ""), ("cna_url", "")), _connector="OR"
                        ),
                        name="a_covered_project_has_no_other_cna",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cna_url", ""), models.Q(("cna_name", ""), _negated=True), _connector="OR"),
                        name="the_link_of_a_cna_comes_with_its_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BranchSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        help_text="An address, a file, or what was shipped with the portal.", max_length=300
                    ),
                ),
                ("as_of", models.DateField(help_text="The day on which the data was fetched or made.")),
                ("taken_at", models.DateTimeField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branch_sources",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="branches_come_from_somewhere"
                    ),
                ],
                "ordering": ["-taken_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Branch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The series, such as 3.13.", max_length=20)),
                (
                    "git_branch",
                    models.CharField(blank=True, help_text="In the repository, such as main.", max_length=100),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("feature", "Feature"),
                            ("prerelease", "Prerelease"),
                            ("bugfix", "Bug fixes"),
                            ("security", "Security fixes"),
                            ("end-of-life", "End of life"),
                        ],
                        max_length=11,
                    ),
                ),
                ("first_release", models.DateField(blank=True, null=True)),
                (
                    "end_of_life",
                    models.DateField(blank=True, help_text="The last day on which it is maintained.", null=True),
                ),
                ("end_of_life_is_month", models.BooleanField(default=False, help_text="Only the month is known.")),
                (
                    "pep",
                    models.PositiveIntegerField(
                        blank=True, help_text="Of its release schedule.", null=True, verbose_name="PEP"
                    ),
                ),
                ("release_manager", models.CharField(blank=True, max_length=200)),
                (
                    "release_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="branches", to="projects.project"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "name"), name="a_project_has_one_branch_of_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$")),
                        name="a_branch_has_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["feature", "prerelease", "bugfix", "security", "end-of-life"])
                        ),
                        name="a_branch_has_a_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_release", None),
                            ("end_of_life", None),
                            ("first_release__lte", models.F("end_of_life")),
                            _connector="OR",
                        ),
                        name="a_branch_is_released_before_it_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_of_life_is_month", False), ("end_of_life__isnull", False), _connector="OR"
                        ),
                        name="only_an_end_of_life_is_a_month",
                    ),
                ],
                "verbose_name_plural": "branches",
            },
        ),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
