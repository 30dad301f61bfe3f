"""Marks of what was sent, so that the same thing sent twice is taken in once. Pure: no database."""

from __future__ import annotations

import json
from typing import Any

from django.utils.crypto import salted_hmac


def fingerprint(purpose: str, *content: Any) -> str:
    """Return a keyed hash of `content`, 64 hexadecimal digits: it tells nothing to a reader of the database."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return salted_hmac(f"advisories.{purpose}", text, algorithm="sha256").hexdigest()
