"""The tasks of nominations: votes to count, keys to destroy, reminders, and council decisions that are due."""

from __future__ import annotations

from celery import shared_task

from audit import clock
from nominations import workflow
from nominations.models import Resolution, Vote
from nominations.registry import council_told
from web.background import attempt


@shared_task
def close_due_votes() -> None:
    """Count every vote whose time is over, destroy the keys that are not needed, note whom mail told, and remind.

    Run as often as you like, and by several workers at once. One vote that cannot be closed stops
    no other one; the next run tries it again.
    """
    for vote in Vote.objects.due(clock.now()).countable():
        attempt(workflow.close_vote, vote)
    for vote in Vote.objects.with_spent_key():
        attempt(workflow.destroy_key, vote)
    for vote in Vote.objects.council_to_be_told():
        attempt(_note_council_told, vote)
    for vote in Vote.objects.in_progress():
        attempt(workflow.remind, vote)


def _note_council_told(vote: Vote) -> None:
    """Ask the mail whom on the council it has reached; no verb runs while that is nobody."""
    if told := council_told(vote.pk):
        workflow.note_council_told(vote, told)


@shared_task
def let_due_resolutions_lapse() -> None:
    """Let every decision of the Steering Council take effect whose time has passed without an objection.

    Run as often as you like, and by several workers at once; one that cannot stops no other one.
    """
    for resolution in Resolution.objects.due(clock.now()):
        attempt(workflow.let_resolution_lapse, resolution)
