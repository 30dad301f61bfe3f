import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import web.signed_links


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("boarding", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RollEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(help_text="As it was when the vote opened.", max_length=200)),
                (
                    "github",
                    models.CharField(
                        blank=True,
                        help_text="As it was when the vote opened.",
                        max_length=39,
                        verbose_name="GitHub name",
                    ),
                ),
                ("has_voted", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="roll_entries", to="people.person"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "roll entries",
            },
        ),
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "nonce",
                    models.CharField(
                        default=web.signed_links.new_nonce,
                        editable=False,
                        help_text="A new one ends the old link.",
                        max_length=16,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calendar_link", to="people.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Nomination",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "number",
                    models.PositiveIntegerField(
                        editable=False,
                        help_text="The name of its vote in mail and lists; drawn by chance (`nominations.numbers`).",
                    ),
                ),
                (
                    "statement",
                    models.TextField(
                        help_text="Markdown. Why this person; for members, the Steering Council, and the nominee who answers."
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("core", "Core team"),
                            ("triager", "Triager"),
                            ("psf_staff", "PSF staff"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                (
                    "nominee_email",
                    models.EmailField(
                        blank=True,
                        help_text="Where the nominee is written to. Empty: the address of their login. Shown to who opens the vote.",
                        max_length=254,
                        verbose_name="nominee’s e-mail address",
                    ),
                ),
                (
                    "link_nonce",
                    models.CharField(
                        default=web.signed_links.new_nonce,
                        editable=False,
                        help_text="A new one makes earlier links to the nominee void.",
                        max_length=16,
                    ),
                ),
                (
                    "consent_until",
                    models.DateTimeField(help_text="The first moment at which the nominee cannot accept any more."),
                ),
                ("consented_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, help_text="Its vote was stopped before the close.", null=True),
                ),
                (
                    "annulled_at",
                    models.DateTimeField(blank=True, help_text="Its vote was found flawed after the close.", null=True),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, help_text="When the outcome became final, whatever it is.", null=True
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        help_text="A cancelled or annulled nomination of the same person that this one takes up again.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="nominations.nomination",
                    ),
                ),
                (
                    "nominator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="nominations_made", to="people.person"
                    ),
                ),
                (
                    "nominee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="nominations", to="people.person"
                    ),
                ),
                (
                    "onboarding",
                    models.OneToOneField(
                        blank=True,
                        help_text="What it led to; one nomination leads to one onboarding.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nomination",
                        to="boarding.checklist",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations_withdrawn",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="a_number_names_one_nomination"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("nominee",), name="one_open_nomination_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("nominee", models.F("nominator")), _negated=True),
                        name="nobody_nominates_themselves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("statement", ""), _negated=True), name="a_nomination_has_a_statement"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(
                                ("ended_at", models.F("withdrawn_at")),
                                ("ended_at__isnull", False),
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_withdrawal_says_who_and_is_final",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("onboarding", None),
                            models.Q(("annulled_at", None), ("ended_at__isnull", False), ("withdrawn_at", None)),
                            _connector="OR",
                        ),
                        name="a_nomination_that_led_to_an_onboarding_is_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("annulled_at", None), ("cancelled_at", None), ("declined_at", None)),
                            ("ended_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_declined_or_stopped_nomination_is_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("consented_at", None), ("declined_at", None), _connector="OR"),
                        name="a_nominee_accepts_or_declines",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyOffice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "public_key",
                    models.BinaryField(default=b"", help_text="X25519, as the officer entered it.", max_length=32),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="officers_asked", to="people.person"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="key_offices", to="people.person"
                    ),
                ),
                (
                    "nomination",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="office", to="nominations.nomination"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("asked_by")), _negated=True),
                        name="nobody_asks_themselves_to_be_the_officer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at", None), ("public_key", b"")),
                            models.Q(
                                ("accepted_at__isnull", False),
                                django.db.models.lookups.In(django.db.models.functions.text.Length("public_key"), [32]),
                            ),
                            _connector="OR",
                        ),
                        name="an_officer_accepts_with_a_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("employer", "Same employer"), ("other", "Other")], max_length=8)),
                ("text", models.CharField(blank=True, help_text="In the person's own words.", max_length=500)),
                ("declared_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interests_declared",
                        to="people.person",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interests",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "ordering": ["declared_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("nomination", "person"), name="a_member_declares_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "employer"), models.Q(("text", ""), _negated=True), _connector="OR"
                        ),
                        name="another_interest_is_put_in_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Endorsement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True, help_text="Why, if they say so. Markdown.")),
                ("endorsed_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endorsements_given",
                        to="people.person",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endorsements",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "ordering": ["endorsed_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("nomination", "person"), name="a_member_endorses_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True, help_text="Markdown. Empty once the author has taken it back.")),
                ("written_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nomination_comments",
                        to="people.person",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="nominations.nomination",
                    ),
                ),
                (
                    "reply_to",
                    models.ForeignKey(
                        blank=True,
                        help_text="The comment that began the thread; a reply to a reply belongs to the same thread.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="nominations.comment",
                    ),
                ),
            ],
            options={
                "ordering": ["written_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_back_at", None), models.Q(("text", ""), _negated=True)),
                            models.Q(("taken_back_at__isnull", False), ("text", "")),
                            _connector="OR",
                        ),
                        name="a_comment_has_words_until_it_is_taken_back",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusedAnnulment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(help_text="For the team, as that of a stopped vote.")),
                ("asked_at", models.DateTimeField()),
                ("refused_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="annulments_asked", to="people.person"
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refused_annulments",
                        to="nominations.nomination",
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        help_text="Who asked, if taken back.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annulments_refused",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "ordering": ["refused_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("nomination", "asked_by"), name="an_admin_asks_to_annul_a_vote_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="a_refused_annulment_has_its_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("designate_admin", "Designate an admin"),
                            ("release_admin", "Release an admin"),
                            ("remove_member", "Remove a member"),
                            ("return_member", "Let an emeritus come back"),
                        ],
                        max_length=15,
                    ),
                ),
                ("decided_on", models.DateField(help_text="The day of the council's decision, in UTC.")),
                (
                    "link",
                    models.CharField(
                        help_text="Where the decision is written down: an address, or words.", max_length=200
                    ),
                ),
                ("in_favour", models.PositiveSmallIntegerField()),
                ("against", models.PositiveSmallIntegerField()),
                ("abstained", models.PositiveSmallIntegerField(help_text="Conflicts of interest included.")),
                ("reason", models.TextField(blank=True, help_text="For the team and the council only.")),
                (
                    "is_public",
                    models.BooleanField(
                        default=True,
                        help_text="Whether public pages name the decision as the source of a role. Never of a removal.",
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When it takes effect without an objection. Empty: only by a second seat.",
                        null=True,
                    ),
                ),
                ("objected_at", models.DateTimeField(blank=True, null=True)),
                ("objection", models.TextField(blank=True, help_text="For the council and the admins only.")),
                ("blocked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "obstacle",
                    models.TextField(
                        blank=True,
                        help_text="Why it could not take effect when its time had come, or why no time runs.",
                    ),
                ),
                ("effective_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="The second seat. Empty for one that took effect by the passing of its time.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions_confirmed",
                        to="people.person",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        help_text="The mistaken record that this one stands for.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="nominations.resolution",
                    ),
                ),
                (
                    "objected_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions_objected",
                        to="people.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resolutions", to="people.person"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions_recorded",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["designate_admin", "release_admin", "remove_member", "return_member"])
                        ),
                        name="a_resolution_is_of_one_of_four_kinds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("link", ""), _negated=True), name="a_resolution_says_where_it_is_written"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("recorded_by")), _negated=True),
                        name="nobody_records_a_resolution_on_themselves",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("corrects", None)),
                        fields=("kind", "person", "decided_on", "link"),
                        name="a_resolution_is_recorded_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(
                                models.Q(("confirmed_by", models.F("recorded_by")), _negated=True),
                                models.Q(("confirmed_by", models.F("person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_second_seat_confirms_and_never_on_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("objected_at", None), ("objected_by", None), ("objection", "")),
                            models.Q(
                                ("objected_at__isnull", False),
                                ("objected_by__isnull", False),
                                models.Q(("objection", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_objection_says_who_when_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_by", None), ("effective_at", None)),
                            models.Q(
                                ("effective_at__isnull", False),
                                ("in_favour__gt", models.F("against")),
                                ("objected_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="only_what_carried_without_an_objection_takes_effect",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("blocked_at", None), ("obstacle", "")),
                            models.Q(
                                models.Q(("blocked_at__isnull", False), ("due_at", None), _connector="OR"),
                                models.Q(("obstacle", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_blocked_resolution_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedBallot",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="slot",
                        serialize=False,
                        to="nominations.rollentry",
                    ),
                ),
                (
                    "ciphertext",
                    models.BinaryField(default=b"", help_text="Empty until a ballot is cast.", max_length=59),
                ),
                ("revision", models.PositiveIntegerField(default=0, help_text="How often a ballot was sealed here.")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.In(
                            django.db.models.functions.text.Length("ciphertext"), [0, 59]
                        ),
                        name="all_sealed_ballots_have_one_length",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("cancelled", "Cancelled"), ("annulled", "Annulled")], max_length=9),
                ),
                (
                    "reason",
                    models.TextField(
                        help_text="For the team; for the Steering Council as well if the vote had passed."
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stops_asked", to="people.person"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stops_confirmed",
                        to="people.person",
                    ),
                ),
                (
                    "nomination",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stop", to="nominations.nomination"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="a_stopped_vote_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_confirmed_stop_says_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_by", models.F("asked_by")), ("kind", "cancelled")),
                            models.Q(
                                ("kind", "annulled"),
                                models.Q(
                                    ("confirmed_by", None),
                                    models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="one_admin_cancels_and_two_annul",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField(help_text="The first moment at which no ballot is taken any more.")),
                ("rules", models.JSONField(help_text="The rules in force at opening; see `nominations.rules`.")),
                ("entitled", models.PositiveSmallIntegerField(help_text="How many are on the roll.")),
                (
                    "unable",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="How many of the roll could not sign in when it was opened; whoever opened it knew.",
                    ),
                ),
                ("roll_hash", models.CharField(help_text="SHA-256 of the roll, in hexadecimal.", max_length=64)),
                (
                    "public_key",
                    models.BinaryField(help_text="X25519. The private half is not in the database.", max_length=32),
                ),
                ("key_destroyed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, help_text="When the ballots were counted.", null=True)),
                ("yes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("no", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("abstain", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, help_text="The result in words and figures.", max_length=200)),
                (
                    "board_hash",
                    models.CharField(
                        blank=True, help_text="SHA-256 of the sorted board, in hexadecimal.", max_length=64
                    ),
                ),
                (
                    "acknowledged_at",
                    models.DateTimeField(blank=True, help_text="When an admin acknowledged the count.", null=True),
                ),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts_acknowledged",
                        to="people.person",
                    ),
                ),
                (
                    "passed",
                    models.BooleanField(
                        blank=True, help_text="By the rules of this vote. Empty before the count.", null=True
                    ),
                ),
                (
                    "council_told_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the first mail to the council was handed over; the veto window begins then.",
                        null=True,
                    ),
                ),
                (
                    "veto_until",
                    models.DateTimeField(blank=True, help_text="Set when the council was told.", null=True),
                ),
                (
                    "turnout_note",
                    models.TextField(blank=True, help_text="What an admin says about a low turnout, for the team."),
                ),
                ("turnout_noted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        blank=True, help_text="When an admin confirmed the council's silence.", null=True
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes_confirmed",
                        to="people.person",
                    ),
                ),
                (
                    "nomination",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vote", to="nominations.nomination"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who holds the private key away from this server, and so does not vote. Empty: the portal holds it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes_kept",
                        to="people.person",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="votes_opened", to="people.person"
                    ),
                ),
                (
                    "turnout_noted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turnout_notes",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opened_at"))),
                        name="a_vote_closes_after_it_opened",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unable__lte", models.F("entitled"))),
                        name="no_more_cannot_sign_in_than_are_on_the_roll",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None), ("closed_at__gte", models.F("closes_at")), _connector="OR"
                        ),
                        name="a_vote_is_never_closed_early",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("abstain", None),
                                ("board_hash", ""),
                                ("closed_at", None),
                                ("no", None),
                                ("passed", None),
                                ("reason", ""),
                                ("yes", None),
                            ),
                            models.Q(
                                ("abstain__isnull", False),
                                ("closed_at__isnull", False),
                                ("no__isnull", False),
                                ("yes__isnull", False),
                                ("passed__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("board_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_vote_has_counts_when_it_is_closed_and_not_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at", None), ("acknowledged_by", None)),
                            models.Q(
                                ("acknowledged_at__isnull", False),
                                ("acknowledged_by__isnull", False),
                                ("closed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_acknowledged_count_says_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("council_told_at", None), ("veto_until", None)),
                            models.Q(
                                ("council_told_at__gte", models.F("closed_at")),
                                ("council_told_at__isnull", False),
                                ("passed", True),
                                ("veto_until__gt", models.F("council_told_at")),
                                ("veto_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="the_veto_window_begins_when_the_council_was_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None)),
                            models.Q(
                                ("confirmed_at__gte", models.F("veto_until")),
                                ("confirmed_by__isnull", False),
                                ("veto_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="silence_is_confirmed_by_somebody_after_the_window",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("turnout_note", ""), ("turnout_noted_at", None), ("turnout_noted_by", None)),
                            models.Q(
                                ("turnout_noted_at__isnull", False),
                                ("turnout_noted_by__isnull", False),
                                models.Q(("turnout_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_note_on_the_turnout_says_who_and_when",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="rollentry",
            name="vote",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="roll", to="nominations.vote"
            ),
        ),
        migrations.CreateModel(
            name="CouncilTold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_at", models.DateTimeField(help_text="When the mail server took the first mail to them.")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told_of_votes",
                        to="people.person",
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="council_told",
                        to="nominations.vote",
                    ),
                ),
            ],
            options={
                "ordering": ["told_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("vote", "person"), name="a_council_member_is_told_of_a_vote_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("half_time", "Half of the time is over"),
                            ("last_day", "The last day has begun"),
                            ("count_due", "The officer can count"),
                            ("untold", "The council has not been told"),
                            ("veto_half", "Half of the veto window is over"),
                            ("veto_over", "The veto window is over"),
                            ("veto_waits", "A veto waits for a second seat"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "ends_at",
                    models.DateTimeField(help_text="The end it reminded of; an extended vote has another one."),
                ),
                ("reminded_at", models.DateTimeField()),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="nominations.vote"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("vote", "kind", "ends_at"), name="a_reminder_is_made_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusedVeto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "link",
                    models.CharField(
                        help_text="Where the decision was said to be written down: an address, or words.",
                        max_length=200,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("refused_at", models.DateTimeField()),
                ("objection", models.TextField(help_text="Why, for the team and the council.")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vetoes_recorded_in_vain",
                        to="people.person",
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        help_text="Who recorded it, if taken back.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vetoes_refused",
                        to="people.person",
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refused_vetoes",
                        to="nominations.vote",
                    ),
                ),
            ],
            options={
                "ordering": ["refused_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("vote", "recorded_by"), name="a_person_records_a_veto_on_a_vote_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("objection", ""), _negated=True), name="a_refused_veto_says_why"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("closed_before", models.DateTimeField(help_text="When the vote would have closed.")),
                ("closes_at", models.DateTimeField(help_text="When it closes instead.")),
                ("reason", models.TextField(help_text="Told to everybody on the roll, by the page of the nomination.")),
                ("extended_at", models.DateTimeField()),
                (
                    "extended_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="votes_extended", to="people.person"
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="nominations.vote"
                    ),
                ),
            ],
            options={
                "ordering": ["extended_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_before__gt", models.F("extended_at")), ("closes_at__gt", models.F("closed_before"))
                        ),
                        name="a_vote_is_extended_before_its_close_and_never_shortened",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="an_extension_has_a_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CouncilDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("no_veto", "No veto"), ("veto", "Veto")], max_length=7)),
                ("decided_on", models.DateField(help_text="The day of the council's decision, in UTC.")),
                (
                    "link",
                    models.CharField(
                        help_text="Where the decision is written down: an address, or words.", max_length=200
                    ),
                ),
                ("reason", models.TextField(blank=True, help_text="For the team and the council only.")),
                (
                    "in_favour",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="For what was decided. Empty while a veto that came by mail is not confirmed.",
                        null=True,
                    ),
                ),
                ("against", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "abstained",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Conflicts of interest included.", null=True
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="The second seat behind a veto.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vetoes_confirmed",
                        to="people.person",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="council_decisions_recorded",
                        to="people.person",
                    ),
                ),
                (
                    "vote",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decision", to="nominations.vote"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["no_veto", "veto"])),
                        name="a_council_decision_is_veto_or_no_veto",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("abstained__isnull", False), ("against__isnull", False), ("in_favour__isnull", False)
                            ),
                            models.Q(
                                ("abstained", None),
                                ("against", None),
                                ("confirmed_at", None),
                                ("in_favour", None),
                                ("kind", "veto"),
                            ),
                            _connector="OR",
                        ),
                        name="a_council_decision_takes_effect_with_a_whole_tally",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None)),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                ("kind", "veto"),
                                models.Q(("confirmed_by", models.F("recorded_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="only_a_veto_is_confirmed_and_by_another_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "choice",
                    models.CharField(choices=[("yes", "Yes"), ("no", "No"), ("abstain", "Abstain")], max_length=7),
                ),
                ("receipt", models.CharField(help_text="Known to the voter alone, who saw it once.", max_length=16)),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="nominations.vote"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("vote", "receipt"), name="a_receipt_is_on_a_board_once"),
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["yes", "no", "abstain"])),
                        name="a_ballot_is_yes_no_or_abstain",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="rollentry",
            constraint=models.UniqueConstraint(fields=("vote", "person"), name="nobody_is_on_a_roll_twice"),
        ),
    ]
