"""The portal's template tags."""

from django import template

register = template.Library()
