from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from members.documents.texts import write_first_versions


def write(apps: Any, _schema_editor: Any) -> None:
    write_first_versions(apps.get_model("documents", "DocumentVersion").objects)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("responsibilities", "Responsibilities"), ("join", "How to join")], max_length=20
                    ),
                ),
                ("number", models.PositiveIntegerField(help_text="1, 2, 3, one after the other.")),
                ("text", models.TextField(help_text="Markdown.")),
                (
                    "change",
                    models.CharField(
                        help_text="One sentence: what changed, and why.", max_length=300, verbose_name="what changed"
                    ),
                ),
                ("published_at", models.DateTimeField()),
                (
                    "published_by",
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
                    models.UniqueConstraint(fields=("kind", "number"), name="a_version_has_a_number_of_its_own"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="a_version_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("accepted_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acceptances", to="people.person"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="documents.documentversion",
                    ),
                ),
            ],
            options={
                "ordering": ["accepted_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "version"), name="a_version_is_accepted_once_by_each")
                ],
            },
        ),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
