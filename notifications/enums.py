"""The topics of mail and the rhythms in which it may come; `notifications.kinds` says which kind of mail has which."""

from __future__ import annotations

from django.db import models


class Rhythm(models.TextChoices):
    """How soon somebody wants the mail of one topic."""

    AT_ONCE = "now", "At once"
    DAILY = "daily", "Daily"
    OFF = "off", "Off"


class Topic(models.TextChoices):
    """What a mail is about, as far as people can choose: a row of the page of notifications each."""

    EMERGENCIES = "emergencies", "Emergencies"
    ACCOUNT = "account", "Your account"
    POWER = "power", "Acts of power"
    VOTES = "votes", "Votes"
    NOMINATIONS = "nominations", "Nominations"
    REPORTS = "reports", "Reports you coordinate"
    WORK = "work", "Work that waits for you"
    COMMENTS = "comments", "Comments on your nominations"
    NEW_REPORTS = "new_reports", "New reports and drafts"
    NEWS = "news", "Team news"
