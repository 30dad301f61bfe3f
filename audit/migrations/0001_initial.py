import uuid

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

from audit.triggers import install, remove


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(help_text="When it happened, by the database's clock, in UTC.")),
                ("kind", models.CharField(help_text="What happened, as subject:verb.", max_length=60)),
                ("actor", models.CharField(help_text="Who did it: model:id, system, or reporter.", max_length=100)),
                (
                    "target",
                    models.CharField(db_index=True, help_text="What it happened to, as model:id.", max_length=100),
                ),
                ("data", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("leaf", models.BinaryField(help_text="SHA-256 of the fields above.", max_length=32)),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="events_newest"),
                    models.Index(fields=["actor", "-at", "-id"], name="events_of_actor"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="link", to="audit.event"
                    ),
                ),
            ],
            options={
                "ordering": ["sequence"],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                ),
                ("sequence", models.BigIntegerField(help_text="How many events were ever sealed.")),
                (
                    "hash",
                    models.BinaryField(help_text="The hash of the last link; zeros in an empty log.", max_length=32),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="the_log_has_one_head"),
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
