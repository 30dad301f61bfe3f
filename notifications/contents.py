"""What a mail links to, and the few facts that some mails may state.

Facts of the private kind are never among them: no name, title, reference or text of a report,
nomination or person. What stands here is public, or about the vote as such, or the reader's own.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from advisories.publication.exports import announcement, page_url
from advisories.publication.models import Advisory
from advisories.records.content import AdvisoryContent
from advisories.reports.links import path_of
from audit.models import Event
from members.accounts.links import path_of as invitation_path
from members.accounts.models import Invitation
from nominations import keys
from nominations.links import nominee_path
from nominations.models import Vote
from notifications.audiences import nomination_of, report_of

Facts = dict[str, object]


def no_facts(_event: Event) -> Facts:
    """There is something to see behind the sign-in, and that is all."""
    return {}


# -- where a mail leads --------------------------------------------------------------------------------


def nomination_page(event: Event) -> str:
    """For members and the Steering Council."""
    return nomination_of(event).get_absolute_url()


def resolutions_page(_event: Event) -> str:
    """For members and the Steering Council: the list, in which the decision stands."""
    return reverse("nominations:resolutions")


def responsibilities_page(_event: Event) -> str:
    """Where a member reads and accepts the version in force."""
    return reverse("documents:accept")


def report_page(event: Event) -> str:
    """For members."""
    return report_of(event).get_absolute_url()


def reporters_page(event: Event) -> str:
    """The private link as it is in force now; made when the mail is sent, stored nowhere."""
    return path_of(report_of(event))


def nominees_page(event: Event) -> str:
    """The nominee's private link as it is in force now."""
    return nominee_path(nomination_of(event))


def advisory_page(event: Event) -> str:
    """The public page."""
    return page_url(_published(event)).removeprefix(settings.SITE_URL)


def invitation_page(event: Event) -> str:
    """The private link; made when the mail is sent, stored nowhere."""
    return invitation_path(Invitation.objects.get(pk=event.target_id))


# -- what it may say -----------------------------------------------------------------------------------


def invitation_facts(event: Event) -> Facts:
    """Until when the link works."""
    return {"until": Invitation.objects.get(pk=event.target_id).expires_at}


def asking_facts(event: Event) -> Facts:
    """Until when the nominee can answer."""
    return {"until": nomination_of(event).consent_until}


def opening_facts(event: Event) -> Facts:
    """What thirty mailboxes keep, so that nobody can change it later: the roll, its hash, the rules, the end.

    The roll is the team without the nominee, who is not on the team: it says nothing of whom the vote is about.
    """
    vote = _vote(event)
    return {
        "until": vote.closes_at,
        "voters": vote.entitled,
        "roll": sorted(entry.line for entry in vote.roll.all()),
        "roll_hash": vote.roll_hash,
        "rules": vote.rules_kept,
        "officer": vote.officer,
        "public_key": keys.shown(bytes(vote.public_key)),
    }


def closing_facts(event: Event) -> Facts:
    """Until when ballots are taken, as it is now."""
    return {"until": _vote(event).closes_at}


def counting_facts(event: Event) -> Facts:
    """The same for the result: the sum in words and figures, and the board's hash."""
    vote = _vote(event)
    return {"result": vote.reason, "abstain": vote.abstain, "board_hash": vote.board_hash}


def veto_facts(event: Event) -> Facts:
    """Until when the Steering Council may veto."""
    return {"until": _vote(event).veto_until}


def advisory_facts(event: Event) -> Facts:
    """Public by now."""
    content = _published(event)
    return {"psf_id": content.psf_id, "title": content.title}


def announcement_facts(event: Event) -> Facts:
    """The announcement as it was previewed, byte for byte."""
    subject, text = announcement(_published(event))
    return {"subject": subject, "text": text}


def _vote(event: Event) -> Vote:
    return Vote.objects.get(pk=event.target_id)


def _published(event: Event) -> AdvisoryContent:
    return Advisory.objects.published().whole().get(pk=event.target_id).content()
