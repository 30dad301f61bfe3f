"""Where an advisory stands."""

from __future__ import annotations

from django.db import models


class AdvisoryPhase(models.TextChoices):
    """Where an advisory stands; follows from its other fields (`Advisory.phase`)."""

    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
