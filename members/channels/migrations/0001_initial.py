from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import members.channels.kinds
from members.channels.first_channels import write_first_channels


def write(apps: Any, _schema_editor: Any) -> None:
    write_first_channels(apps.get_model("channels", "Channel").objects)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=members.channels.kinds.choices,
                        default="list",
                        max_length=10,
                    ),
                ),
                (
                    "to_let_in",
                    models.TextField(
                        blank=True,
                        help_text="Markdown. What an admin does when somebody joins.",
                        verbose_name="to let somebody in",
                    ),
                ),
                (
                    "to_let_out",
                    models.TextField(
                        blank=True,
                        help_text="Markdown. What an admin does when somebody leaves.",
                        verbose_name="to let somebody out",
                    ),
                ),
                (
                    "contact",
                    models.CharField(
                        blank=True,
                        help_text="Who runs the place: an address, or a name. Only admins see it.",
                        max_length=200,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100)),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, help_text="Since then it is on no new checklist.", null=True),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "list"), _negated=True),
                        fields=("kind",),
                        name="there_is_one_channel_for_each_connector",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="a_channel_has_a_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "identifier",
                    models.CharField(help_text="In lower case: an address, or the channel's own id.", max_length=254),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="accounts", to="channels.channel"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="channel_accounts", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "identifier"), name="an_account_belongs_to_one_person"),
                    models.UniqueConstraint(fields=("channel", "person"), name="a_person_has_one_account_in_a_channel"),
                    models.CheckConstraint(
                        condition=models.Q(("identifier", ""), _negated=True), name="an_account_has_an_identifier"
                    ),
                ],
            },
        ),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
