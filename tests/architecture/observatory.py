"""The score that Mozilla's HTTP Observatory gives an answer, by its published table.

Source: github.com/mdn/mdn-http-observatory, ``src/grader/charts.js`` and ``src/scanner/index.js``, algorithm 6. Only
what this portal can reach has an entry; anything else a test meets is counted as the worst there is of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import Morsel

from django.http import HttpResponseBase

#: Where every site begins; a bonus counts only if the faults leave so much.
BEGINNING, LEAST_FOR_BONUS = 100, 90
HALF_A_YEAR = 15_552_000
_SCRIPT = re.compile(rb"<script\b[^>]*>")


def score(answer: HttpResponseBase) -> int:
    """Return the points of an answer that came over HTTPS."""
    points = list(_points(answer))
    without_bonus = BEGINNING + sum(number for number in points if number < 0)
    bonus = sum(number for number in points if number > 0)
    return without_bonus + (bonus if without_bonus >= LEAST_FOR_BONUS else 0)


def _points(answer: HttpResponseBase) -> Iterator[int]:
    headers = answer.headers
    policy = _directives(headers.get("Content-Security-Policy", ""))
    yield _of_policy(policy)
    yield _of_cookies(list(answer.cookies.values()))
    yield -50 if "Access-Control-Allow-Origin" in headers else 0
    private = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    yield 5 if headers.get("Referrer-Policy") in private else -5
    age = re.match(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    yield 0 if age and int(age[1]) >= HALF_A_YEAR else -20
    yield _of_scripts(answer)
    yield 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5
    is_unframed = policy.get("frame-ancestors") == ["'none'"] or headers.get("X-Frame-Options") == "DENY"
    yield 5 if is_unframed else -20
    yield 10 if headers.get("Cross-Origin-Resource-Policy") in {"same-origin", "same-site"} else 0
    yield 10 if headers.get("Cross-Origin-Opener-Policy") == "same-origin" else 0
    yield 10 if headers.get("Cross-Origin-Embedder-Policy") == "require-corp" else 0


def _directives(policy: str) -> dict[str, list[str]]:
    """Return the directives; a repeated one makes the policy void, as it costs the bonus."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    names = [part[0] for part in parts]
    return {} if len(names) != len(set(names)) else {part[0]: part[1:] for part in parts}


def _of_policy(policy: dict[str, list[str]]) -> int:
    if not policy:
        return -25
    values = {value for name, sources in policy.items() for value in sources if name.endswith("-src")}
    if values & {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"}:
        return -20
    return 10 if policy.get("default-src") == ["'none'"] else 5


def _of_cookies(cookies: list[Morsel[str]]) -> int:
    if not cookies:
        return 0
    if not all(cookie["secure"] for cookie in cookies):
        return -20
    return 5 if all(cookie["httponly"] and cookie["samesite"] in {"Lax", "Strict"} for cookie in cookies) else 0


def _of_scripts(answer: HttpResponseBase) -> int:
    if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return 0
    scripts = [tag for tag in _SCRIPT.findall(answer.content) if b"src=" in tag]  # type: ignore[attr-defined]
    if any(b'src="http' in tag or b'src="//' in tag for tag in scripts):
        return -50
    return 5 if scripts and all(b'integrity="sha384-' in tag for tag in scripts) else 0
