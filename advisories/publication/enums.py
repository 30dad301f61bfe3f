"""The phases of an advisory."""

from __future__ import annotations

from django.db import models


class AdvisoryPhase(models.TextChoices):
    """The phase of an advisory; follows from its other fields (`Advisory.phase`)."""

    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
