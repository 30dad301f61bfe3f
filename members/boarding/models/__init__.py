"""Checklists and their steps."""

from members.boarding.models.checklist import Checklist, ChecklistQuerySet
from members.boarding.models.facts import ChecklistFacts
from members.boarding.models.memorial import Memorial
from members.boarding.models.step import ChecklistStep, ChecklistStepQuerySet

__all__ = ["Checklist", "ChecklistFacts", "ChecklistQuerySet", "ChecklistStep", "ChecklistStepQuerySet", "Memorial"]
