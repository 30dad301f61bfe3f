import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("mail", models.CharField(help_text="Which mail: a folder of templates/emails.", max_length=40)),
                ("created_at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(help_text="Not before; moved on when the recipients cannot be worked out."),
                ),
                ("expanded_at", models.DateTimeField(blank=True, help_text="When it became deliveries.", null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="audit.event"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "recipient",
                    models.CharField(
                        help_text="A key, not an address: model:id of a person, report or invitation, or a list's name.",
                        max_length=100,
                    ),
                ),
                ("message_id", models.CharField(max_length=150, unique=True)),
                (
                    "is_digest",
                    models.BooleanField(default=False, help_text="It waits for the morning and goes out with others."),
                ),
                ("tries", models.PositiveIntegerField(default=0, help_text="Begun, whatever became of them.")),
                ("trying_since", models.DateTimeField(help_text="Tries are given up some days after this.")),
                ("due_at", models.DateTimeField(help_text="Not before.")),
                (
                    "claimed_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="A worker holds it; after this moment that worker is taken for dead.",
                        null=True,
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lost_access", "no longer somebody who is told"),
                            ("no_address", "has no address any more"),
                            ("refused", "the mail server refused it for good"),
                            ("gave_up", "the mail server did not take it for days"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "error",
                    models.CharField(
                        blank=True, help_text="Class and code of the last error; no address.", max_length=60
                    ),
                ),
                (
                    "carrier",
                    models.ForeignKey(
                        blank=True,
                        help_text="The delivery in whose message it goes out; empty for that one itself.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried",
                        to="notifications.delivery",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="notifications.notice",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["due_at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("expanded_at", None)), fields=["due_at"], name="notices_to_expand"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("event", "mail"), name="an_event_is_told_once_by_each_kind_of_mail"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("dropped_at", None), ("failed_at", None), ("sent_at", None)),
                fields=["due_at", "id"],
                name="deliveries_to_send",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("failed_at__isnull", False)), fields=["-failed_at", "id"], name="deliveries_failed"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("notice", "recipient"), name="a_recipient_is_told_once"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dropped_at", None), ("sent_at", None)),
                    models.Q(("failed_at", None), ("sent_at", None)),
                    models.Q(("dropped_at", None), ("failed_at", None)),
                    _connector="OR",
                ),
                name="a_delivery_ends_one_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carrier", None),
                    models.Q(("claimed_until", None), ("failed_at", None), ("is_digest", True), ("tries", 0)),
                    _connector="OR",
                ),
                name="what_is_carried_is_neither_claimed_nor_tried",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dropped_at", None), ("failed_at", None)),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="an_unsent_delivery_says_why",
            ),
        ),
    ]
