"""Submitting the same form twice is one act."""

from __future__ import annotations

import json
from typing import Any

from django.utils.crypto import salted_hmac


def fingerprint(purpose: str, *content: Any) -> str:
    """A keyed hash of `content`, 64 hexadecimal digits: says nothing to somebody who reads the database."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return salted_hmac(f"advisories.{purpose}", text, algorithm="sha256").hexdigest()
