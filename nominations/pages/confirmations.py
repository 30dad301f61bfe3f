"""The confirmation pages: each says, before something is done, what it does and cannot undo."""

from __future__ import annotations

from django.conf import settings

from nominations.models import Nomination, Vote
from web.confirmation import ConfirmationPage
from web.dates import moment_in_words
from web.wording import part_in_words


def ask_again(nomination: Nomination) -> ConfirmationPage:
    """Return the page for the nominator, while there is no answer."""
    return ConfirmationPage(
        here="Ask again",
        heading=f"Ask {nomination.nominee.name} again?",
        lead="A new mail with a new private link goes out; earlier links stop working.",
        points=(f"They have {settings.CONSENT_DAYS} days from now to accept or decline.",),
        label="Send the question again",
    )


def withdraw(nomination: Nomination) -> ConfirmationPage:
    """Return the page for the nominator, until the close."""
    name = nomination.nominee.name
    if nomination.vote_or_none:
        points = (
            "The vote ends without a count. All ballots are destroyed unread, with the key if the portal holds it.",
            "Everybody on the roll is told that it was withdrawn.",
        )
    else:
        points = ("No vote will be opened on this nomination.", "The admins are told that it was withdrawn.")
    return ConfirmationPage(
        here="Withdraw",
        heading=f"Withdraw the nomination of {name}?",
        lead="This cannot be undone. They can be nominated again at once.",
        points=(
            *points,
            f"{name} is told by mail that it has ended.",
            "Members go on seeing it here. Nobody outside does.",
        ),
        label="Withdraw it",
        tone="danger",
        keep="Keep it",
    )


def comment(nomination: Nomination) -> ConfirmationPage:
    """Return the page for members, until the close."""
    return ConfirmationPage(
        here="Comment",
        heading=f"Comment on the nomination of {nomination.nominee.name}",
        lead=f"Members read it with your name. {nomination.nominee.name} never does, not even after joining.",
        label="Comment",
    )


def endorse(nomination: Nomination) -> ConfirmationPage:
    """Return the page for members other than the nominator, until the close."""
    return ConfirmationPage(
        here="Endorse",
        heading=f"Endorse the nomination of {nomination.nominee.name}?",
        lead="All members see it with your name.",
        points=(
            "An endorsement is not a vote and counts nowhere. Your ballot stays secret, and free.",
            "You can take it back until the vote closes.",
        ),
        label="Endorse",
    )


def declare(nomination: Nomination) -> ConfirmationPage:
    """Return the page for members, until the close."""
    return ConfirmationPage(
        here="Declare an interest",
        heading=f"What ties you to {nomination.nominee.name}?",
        lead="Voters see it beside the nomination. It takes nobody’s vote away, yours included.",
        points=(
            "You open, extend, stop, annul, decide and confirm nothing about this nomination; somebody else does.",
            "You can take it back. That there was one stays readable.",
        ),
        label="Declare it",
    )


def ask_officer(nomination: Nomination) -> ConfirmationPage:
    """Return the page for an admin who prepares the vote."""
    return ConfirmationPage(
        here="Ask an officer",
        heading=f"Who keeps the key of the vote on {nomination.nominee.name}?",
        lead="Somebody who does not vote in it makes the key and keeps it away from this server.",
        points=(
            "They are told by mail and learn whom the vote is about. They accept with a key of their own, or decline.",
            "The vote can be opened once they have accepted, or once the request is taken back.",
            "Nobody can open a ballot with the server alone. The count waits for them.",
            "Without their key the vote can never be counted.",
        ),
        label="Ask them",
    )


def extend(nomination: Nomination) -> ConfirmationPage:
    """Return the page for an admin who may run the vote, before the close."""
    vote = nomination.vote_or_none
    closes = f"It closes {moment_in_words(vote.closes_at)}. " if vote else ""
    return ConfirmationPage(
        here="Extend",
        heading=f"Keep the vote on {nomination.nominee.name} open longer?",
        lead=f"{closes}It can be moved later, never earlier.",
        points=(
            "Everybody on the roll is told, with your reason, and reminded again before the new close.",
            "Ballots already cast stand, and can be changed until the new close.",
            "The roll and the rules stay what they are.",
        ),
        label="Extend the vote",
    )


def cancel(nomination: Nomination) -> ConfirmationPage:
    """Return the page for an admin who may run the vote, before the close."""
    return ConfirmationPage(
        here="Cancel the vote",
        heading=f"Cancel the vote on {nomination.nominee.name}?",
        lead="This cannot be undone. It is for a vote that must not go on, such as one with a wrong roll.",
        points=(
            "All ballots are destroyed unread, with the key if the portal holds it.",
            "Everybody on the roll reads your reason here; the person proposed is told only that it was stopped.",
            "The same person can be nominated again at once; the new nomination refers to this one.",
        ),
        label="Cancel the vote",
        tone="danger",
        keep="Let it go on",
    )


def ask_to_annul(nomination: Nomination) -> ConfirmationPage:
    """Return the page for an admin who may run the vote, from the close to the outcome."""
    return ConfirmationPage(
        here="Annul the vote",
        heading=f"Ask a second admin to annul the vote on {nomination.nominee.name}?",
        lead="For a vote whose result cannot be trusted. Two admins are needed, and a reason that the team can read.",
        points=(
            "Nobody joins by this vote until the second admin has spoken.",
            "You can ask once: if they refuse, or you take it back, another admin has to ask.",
            "If they agree, the ballots are destroyed and the result is void.",
            "The same person can be nominated again at once; the new nomination refers to this one.",
        ),
        label="Ask for it",
        tone="danger",
        keep="Let it stand",
    )


def acknowledge(nomination: Nomination) -> ConfirmationPage:
    """Return the page for an admin who may run the vote, after the count."""
    vote = nomination.vote
    return ConfirmationPage(
        here="Acknowledge the count",
        heading=f"Acknowledge the count of the vote on {nomination.nominee.name}?",
        lead=f"The portal counted: {vote.headline}. {vote.tally.abstain if vote.tally else 0} abstained.",
        points=(
            "The ballots on the board are counted again now; if they give something else, nothing is acknowledged.",
            "Everybody who sees the result sees your name with it.",
            "Nothing waits for this: the veto window and the outcome go on without it.",
        ),
        label="Acknowledge the count",
    )


def note_turnout(nomination: Nomination) -> ConfirmationPage:
    """Return the page for an admin who may run the vote, after a low turnout."""
    vote = nomination.vote_or_none
    return ConfirmationPage(
        here="Note on the turnout",
        heading="Why did so few vote?",
        lead=f"{_turnout(vote) if vote else ''}The result stands; nobody joins before this note.",
        points=("The team and the Steering Council read it beside the result.",),
        label="Add the note",
    )


def _turnout(vote: Vote) -> str:
    cast = vote.tally.cast if vote.tally else 0
    return f"{cast} of {vote.entitled} voted, less than {part_in_words(vote.rules_kept.low_turnout)}. "


def confirm(nomination: Nomination) -> ConfirmationPage:
    """Return the page for an admin, after the Steering Council's silence."""
    name, vote = nomination.nominee.name, nomination.vote
    ended = moment_in_words(vote.veto_until) if vote.veto_until else ""
    return ConfirmationPage(
        here="Confirm",
        heading=f"Begin the onboarding of {name}?",
        lead=f"{vote.headline}. The Steering Council’s time for a veto ended {ended} without a word.",
        points=(
            *([f"Not possible yet: {nomination.obstacle}"] if nomination.obstacle else []),
            f"{name} is told, and invited to the portal at the address of the nomination.",
            "The membership begins when access is complete; only then does the public roster show it.",
            "The members are told of the outcome.",
        ),
        label="Confirm it",
    )
