"""Links and facts of mails about nominations, votes and council resolutions."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from audit.models import Event
from nominations import keys, policy, queries
from nominations.links import nominee_path
from nominations.models import Vote
from notifications.contents.facts import Facts
from notifications.queries import invitation_of, nomination_of


def nomination_page(event: Event) -> str:
    """Return the path of the nomination, for members and the Steering Council."""
    return nomination_of(event).get_absolute_url()


def resolution_page(event: Event) -> str:
    """Return the path of a decision of the Steering Council, for members and the Steering Council."""
    return reverse("nominations:resolution", args=[event.target_id])


def office_page(event: Event) -> str:
    """Return the path of the officer's own page, behind the sign-in."""
    return reverse("nominations:office", args=[nomination_of(event).pk])


def confirmed_officers_page(event: Event) -> str:
    """Return the path of the officer's own page, for one whose address a second person has confirmed."""
    office = queries.office_of_person(invitation_of(event).person)
    return reverse("nominations:office", args=[office.nomination_id]) if office else reverse("dashboard")


def confirmed_officers_facts(event: Event) -> Facts:
    """Return the number of the vote of `confirmed_officers_page`."""
    office = queries.office_of_person(invitation_of(event).person)
    return {"reference": office.nomination.reference if office else ""}


def nominees_page(event: Event) -> str:
    """Return the nominee's private link as it is in force now."""
    return nominee_path(nomination_of(event))


def asking_facts(event: Event) -> Facts:
    """Return who nominates, where anybody can check that they are a member, and until when the nominee can answer.

    Of the nominee nothing: the mail is theirs, and says of them no more than its address (docs/adr/0117).
    """
    nomination = nomination_of(event)
    return {
        "nominator": nomination.nominator.name,
        "nominator_page": settings.SITE_URL + reverse("roster:person", args=[nomination.nominator.slug]),
        "until": nomination.consent_until,
    }


def reference_facts(event: Event) -> Facts:
    """Return the number of the vote, which tells its mails from those of another one and says no more.

    Never part of a mail to the nominee: the two mails together would tell a mail provider whom the vote is about.
    """
    return {"reference": nomination_of(event).reference}


def opening_facts(event: Event) -> Facts:
    """Return what all mailboxes keep, so that nobody can change it later: the roll, its hash, the rules, the end.

    The roll is the team without the nominee, who is not on the team: it says nothing of whom the vote is about.
    """
    vote = _vote(event)
    return {
        **reference_facts(event),
        "until": vote.closes_at,
        "voters": vote.entitled,
        "roll": sorted(entry.line for entry in vote.roll.all()),
        "roll_hash": vote.roll_hash,
        "rules": vote.rules_kept,
        "officer": vote.officer,
        "public_key": keys.shown(bytes(vote.public_key)),
    }


def closing_facts(event: Event) -> Facts:
    """Return until when ballots are taken, as it is now."""
    return {**reference_facts(event), "until": _vote(event).closes_at}


def counting_facts(event: Event) -> Facts:
    """Return what all mailboxes keep of the result: the sum in words and figures, and the board's hash.

    Also whether an admin has to add a note on the turnout before anything else can happen.
    """
    vote = _vote(event)
    sums = {"result": vote.reason, "abstain": vote.abstain, "board_hash": vote.board_hash}
    obstacle = policy.POLICY.obstacle(policy.Action.NOTE_TURNOUT, nomination_of(event))
    return {**reference_facts(event), **sums, "needs_note": not obstacle}


def veto_facts(event: Event) -> Facts:
    """Return until when the Steering Council can veto; of the first mail how long, for its time begins with it.

    Also the result: a voter with a seat gets this mail only. How many council members were told says nothing of who
    has an interest: the names are on the page.
    """
    vote = _vote(event)
    return {
        **counting_facts(event),
        "until": vote.veto_until,
        "window": vote.rules_kept.veto_window_in_words,
        "told_at": vote.council_told_at,
        "told": vote.council_told.count(),
        "answers": settings.REPLY_ADDRESS or settings.SECURITY_ADDRESS,
    }


def _vote(event: Event) -> Vote:
    return Vote.objects.get(pk=event.target_id)
