"""The channels every team has, and the first version of the pages that are kept in the portal."""

from typing import Any

from django.db import migrations
from django.utils import timezone

CHANNELS = [
    ("Portal login", "login", 10, "The portal checks this off itself: the person has a login with a second factor."),
    ("GitHub team", "github", 20, "Add the account to the team of the organisation, or take it off."),
    ("Mailing list", "mailman", 30, "Subscribe the address without asking for a confirmation, or unsubscribe it."),
    ("Chat", "discord", 40, "Give the account the team’s role, or take it away."),
]

RESPONSIBILITIES = """\
## Every member

- Keeps what is under embargo within the team and the people invited to that one report, until it is published.
- Does not use what a report says before it is public: not for an employer, a product or a talk. Membership is no early notification.
- Coordinates reports, or helps those who do, and says early when they cannot go on, so that the report is handed over.
- Votes on nominations, and says when an interest of theirs is touched.
- Guards their account with a second factor, and tells an admin at once when a device is lost.

## The coordinator of a report

- Is the one person who moves it to an end: not a vulnerability, a public issue, or a published advisory.
- Brings it there within 90 days of its receipt, and tells the reporter where it stands on the way.
- Invites the people who know the code, and nobody else.
- Has the advisory read and approved by a second member before it is out, and credits everyone who helped and wants to be named.

## Admins

- Are members whom the Steering Council has designated; there are at least two.
- Open votes they have no part in, bring new members in, and close every door behind those who leave.
- Report each year to the Steering Council on who has been active.

## The Steering Council

- May veto a nomination that passed, designates admins, and decides on removals.
- Does not see reports by virtue of its office; those of its people who are members see them as members.

Where this comes from: PEP 811 and the Python Developer’s Guide, “Python Security Response Team”.
"""

JOIN = """\
## The steps

1. **A member nominates you.** Talk to somebody [on the team](/members/) who has seen your work. Nobody can nominate themselves. Most people are core developers, triagers or PSF staff; none of that is required.
2. **You say yes.** You get a private link that shows what members take on. Without your consent there is no vote.
3. **The members vote.** An admin who did not nominate you opens the vote. It stays open for {voting_period}, is never closed early, and is secret: nobody, admins included, sees a count before it closes or a name beside a choice after it.
4. **{threshold} decide.** At least {threshold_lower} of the yes and no votes must be yes. Abstaining counts as taking part and for nothing else.
5. **The Steering Council may veto** within {veto_window} of being told.
6. **You come in.** You are invited to the portal, add a second factor, and accept the responsibilities. An admin opens the team’s channels to you; from that day you are a member and appear on the roster. A nomination that fails is never made public.

## What you take on

Read the [responsibilities](/members/responsibilities/) first. It is quiet work: triage, patches, patience, and silence until the day of publication. It is no way to learn of vulnerabilities early.

## Where these rules come from

The two thirds, the week and the veto are PEP 811’s. The length of the veto window is this portal’s own setting, because the PEP names none.
"""


def write(apps: Any, schema_editor: Any) -> None:
    channel = apps.get_model("members", "Channel")
    for name, kind, position, how_to in CHANNELS:
        channel.objects.create(name=name, kind=kind, position=position, how_to=how_to)
    write_documents(apps)


def write_documents(apps: Any) -> None:
    version = apps.get_model("members", "DocumentVersion")
    for kind, text in (("responsibilities", RESPONSIBILITIES), ("join", JOIN)):
        version.objects.create(kind=kind, number=1, text=text, change="The first version.", published_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("members", "0003_the_whole_life_of_a_membership")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
