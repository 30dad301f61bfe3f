"""What an admin does in a channel, once for each direction."""

from typing import Any

from django.db import migrations, models

#: By kind: what stood for both ways before, then each way. What a team has written itself is kept for both.
WORDS = {
    "login": (
        "The portal checks this off itself: the person has a login with a second factor.",
        "The portal checks this off itself: the person has a login with a second factor.",
        "The portal closes the login when the offboarding begins.",
    ),
    "github": (
        "Add the account to the team of the organisation, or take it off.",
        "Add the account to the team of the organisation. Who is not in the organisation has to accept an invitation.",
        "Take the account off the team of the organisation, and take back an invitation that is open.",
    ),
    "mailman": (
        "Subscribe the address without asking for a confirmation, or unsubscribe it.",
        "Subscribe the address without asking for a confirmation.",
        "Unsubscribe every address of theirs, and take them off the moderators and owners of the list.",
    ),
    "discord": (
        "Give the account the team’s role, or take it away.",
        "Give the account the team’s role.",
        "Take the team’s role away from the account.",
    ),
}


def split(apps: Any, schema_editor: Any) -> None:
    channels = apps.get_model("members", "Channel").objects
    for channel in channels.all():
        before, to_let_in, to_let_out = WORDS.get(channel.kind, ("", "", ""))
        if channel.to_let_in == before:
            channel.to_let_in, channel.to_let_out = to_let_in, to_let_out
        else:
            channel.to_let_out = channel.to_let_in
        channel.save()


class Migration(migrations.Migration):
    dependencies = [("members", "0004_first_channels_and_documents")]

    operations = [
        migrations.RenameField("channel", "how_to", "to_let_in"),
        migrations.AlterField(
            "channel",
            "to_let_in",
            models.TextField(
                "to let somebody in", blank=True, help_text="Markdown. What an admin does when somebody joins."
            ),
        ),
        migrations.AddField(
            "channel",
            "to_let_out",
            models.TextField(
                "to let somebody out",
                blank=True,
                default="",
                help_text="Markdown. What an admin does when somebody leaves.",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(split, migrations.RunPython.noop),
    ]
