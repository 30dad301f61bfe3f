"""The phases of an incoming mail, what was done with it, and which mail nobody wrote."""

from __future__ import annotations

from django.db import models


class MailPhase(models.TextChoices):
    """The phase of an incoming mail; follows from what was done with it (`IncomingMail.phase`)."""

    NEW = "new", "New"
    FILED = "filed", "Filed"
    ADDED = "added", "Added to a report"
    ANSWERED = "answered", "Answered"
    DISCARDED = "discarded", "Discarded"


class Handling(models.TextChoices):
    """What an admin did with a mail. Each has a phase of the same value."""

    FILED = "filed", "Filed as a report"
    ADDED = "added", "Added to a report"
    ANSWERED = "answered", "Answered with the right way in"
    DISCARDED = "discarded", "Discarded without a reply"


class Nature(models.TextChoices):
    """Who wrote a mail, by its headers: a person, as far as they say, or a program."""

    WRITTEN = "written", "Written by somebody"
    AUTOMATIC = "automatic", "Automatic message"
    BOUNCE = "bounce", "Bounce of a mail"
    OWN = "own", "The portal's own mail"
    LOOP = "loop", "Mail that goes in circles"


#: These are no mail to the team. They are kept apart, wait for nobody and get no answer.
NOISE = frozenset({Nature.BOUNCE, Nature.OWN, Nature.LOOP})
