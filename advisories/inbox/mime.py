"""Read the bytes of one mail. Pure: no database, no file; nothing is loaded, opened or unpacked.

Whatever cannot be read is kept whole as an attachment: a mail is never lost for being broken.
"""

from __future__ import annotations

import email
import email.policy
import email.utils
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage

import nh3
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from advisories.inbox.enums import Nature

#: Characters of text that are shown; the whole of a longer mail is attached to it.
TEXT_MOST = 1_000_000
#: Bytes of one header that are read, and of all headers together.
HEADER_MOST, HEADERS_MOST = 8_000, 256_000
#: Parts of one mail, whatever they lie in.
PARTS_MOST = 200
#: Containers of parts in one mail. The parser of Python calls itself for each that lies in another one.
CONTAINERS_MOST = 60
#: Signs of structure in an address; the parser of Python calls itself for each comment that lies in another one.
BRACKETS_MOST = 30
#: RFC 5321, 6.3: a server takes a hundred stations for a loop; mail to a team passes a few.
STATIONS_MOST = 50
NAME_MOST, SUBJECT_MOST, TYPE_MOST = 200, 500, 100
ADDRESS_MOST = 254
#: Tags of HTML that are read; 100,000 within one another take the reader a minute, this many a fifth of a second.
TAGS_MOST = 5_000
#: Message-IDs of one thread that are looked up.
THREAD_MOST = 50
#: What a mail is called that could not be taken apart.
WHOLE = "message.eml"

#: The headers that are kept, as text.
_KEPT = ("To", "Cc", "Reply-To", "In-Reply-To", "References", "List-Id", "Return-Path", "Auto-Submitted", "Precedence")
_RESULTS = "Authentication-Results"
_ID = re.compile(r"<[^<>\s]{1,250}>")
#: Encodings that Python offers as text and that are none of mail, or take long.
_STRANGE = re.compile(r"idna|punycode|undefined|escape", re.IGNORECASE)
_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "pre", "blockquote", "table", "ul", "ol", "hr"}
_CONTAINERS = re.compile(rb"boundary|message/", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s[^<>]*)?)>")
_HREF = re.compile(r'href="([^"]*)"')


@dataclass(frozen=True)
class ParsedAttachment:
    """A part of a mail that is not its text; name and type are what the sender wrote."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class ParsedMail:
    """What a mail says. Nothing of it is true because it stands there."""

    message_id: str = ""
    from_name: str = ""
    from_address: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    body: str = ""
    headers: str = ""
    thread: tuple[str, ...] = ()
    nature: Nature = Nature.WRITTEN
    attachments: tuple[ParsedAttachment, ...] = ()


def without_envelope(raw: bytes) -> bytes:
    """Return the mail without the line ``From somebody date`` that some servers write above it."""
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def content_of(raw: bytes) -> bytes:
    """Return what follows the headers, which each server on the way adds to."""
    parts = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)
    return parts[1] if len(parts) > 1 else b""


def read(raw: bytes, own: frozenset[str] = frozenset()) -> ParsedMail:
    """Read one mail; `own` are the addresses that the portal itself sends from. Raises nothing."""
    raw = without_envelope(raw)
    try:
        # Odd headers end in nearly anything, and too long work in the caller's alarm.
        return _read(raw, own)
    except Exception:  # noqa: BLE001 - what cannot be read is kept whole
        return ParsedMail(
            subject="(could not be read)", body=clean(raw[:TEXT_MOST].decode(errors="replace")), attachments=_whole(raw)
        )


def clean(text: str) -> str:
    """Return text as a database can keep it: line feeds, no NUL, no half characters. Nothing else is changed."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return whole.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")


def text_of_html(source: str) -> str:
    """Return the text of HTML as plain text; an address behind a link stands after its words.

    Of HTML with far too many tags the tags are left out, and nothing more.
    """
    if source.count("<") > TAGS_MOST:
        return html.unescape(re.sub(r"<[^<>]*>", " ", source)).strip()
    safe = nh3.clean(source, tags=_BLOCKS | {"a"}, attributes={"a": {"href"}}, link_rel=None, strip_comments=True)
    open_links = list[str]()

    def text_of(tag: re.Match[str]) -> str:
        closing, name, rest = tag.groups()
        if name in _BLOCKS:
            return "\n"
        if not closing:
            href = _HREF.search(rest)
            open_links.append(href[1] if href else "")
            return ""
        href_before = open_links.pop() if open_links else ""
        return f" &lt;{href_before}&gt;" if href_before else ""

    lines = (line.strip() for line in html.unescape(_TAG.sub(text_of, safe)).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _whole(raw: bytes) -> tuple[ParsedAttachment, ...]:
    return (ParsedAttachment(WHOLE, "message/rfc822", raw),)


def _read(raw: bytes, own: frozenset[str]) -> ParsedMail:
    head = len(raw) - len(content_of(raw))
    if head > HEADERS_MOST:
        raise ValueError("the headers are too long")
    if len(_CONTAINERS.findall(raw)) > CONTAINERS_MOST:
        raise ValueError("parts within parts within parts")
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    texts, attachments = _parts(message)
    body = clean("\n\n".join(texts))
    if len(body) > TEXT_MOST:
        body, attachments = body[:TEXT_MOST], [*attachments, *_whole(raw)]
    name, address = _sender(message)
    return ParsedMail(
        message_id=next(iter(_ID.findall(_header(message, "Message-ID"))), ""),
        from_name=name,
        from_address=address,
        subject=_line(_header(message, "Subject"))[:SUBJECT_MOST],
        sent_at=_date(message),
        body=body,
        headers=_headers(message),
        thread=_thread(message),
        nature=_nature(message, address, own),
        attachments=tuple(attachments),
    )


# -- headers ----------------------------------------------------------------------------------------


def _raw_headers(message: EmailMessage, name: str) -> list[str]:
    return [clean(str(value))[:HEADER_MOST] for key, value in message.raw_items() if key.lower() == name.lower()]


def _header(message: EmailMessage, name: str) -> str:
    """Return the first header of this name, decoded; as it was written where it cannot be, "" for none."""
    raw = next(iter(_raw_headers(message, name)), "")
    if "=?" not in raw:
        return raw
    try:
        return clean(str(email.policy.default.header_fetch_parse("Subject", raw)))[:HEADER_MOST]
    except Exception:  # noqa: BLE001 - the parser of headers raises nearly anything
        return raw


def _line(text: str) -> str:
    return " ".join(text.split())


def _sender(message: EmailMessage) -> tuple[str, str]:
    """Return name and address of the first sender; without a usable address the header as it is, as the name."""
    raw = next(iter(_raw_headers(message, "From")), "")
    if raw.count("(") + raw.count("<") + raw.count(",") > BRACKETS_MOST:
        return _line(raw)[:NAME_MOST], ""
    try:
        parsed = email.policy.default.header_fetch_parse("From", raw)
        first = parsed.addresses[0]
        name, address = clean(first.display_name), clean(first.addr_spec)
        validate_email(address)
    except (ValidationError, Exception):  # noqa: BLE001 - see above
        return _line(raw)[:NAME_MOST], ""
    # An address with anything but printable ASCII in it is never written to.
    if len(address) > ADDRESS_MOST or not (address.isascii() and address.isprintable()):
        return _line(raw)[:NAME_MOST], ""
    return _line(name)[:NAME_MOST], address


def _date(message: EmailMessage) -> datetime | None:
    """Return the moment that the sender gave, in UTC; None without one, and for one that no calendar has."""
    try:
        moment = email.utils.parsedate_to_datetime(next(iter(_raw_headers(message, "Date")), ""))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _headers(message: EmailMessage) -> str:
    """Return the headers that matter, a line each; of the results of checks the first, which our own server wrote."""
    kept = [(name, value) for name in _KEPT for value in _raw_headers(message, name)[:1]]
    kept += [(_RESULTS, value) for value in _raw_headers(message, _RESULTS)[:1]]
    return "\n".join(f"{name}: {_line(value)}" for name, value in kept)


def _thread(message: EmailMessage) -> tuple[str, ...]:
    named = _header(message, "In-Reply-To") + _header(message, "References")
    return tuple(dict.fromkeys(_ID.findall(named)))[-THREAD_MOST:]


def _nature(message: EmailMessage, address: str, own: frozenset[str]) -> Nature:
    def said(name: str) -> str:
        return _header(message, name).strip().lower()

    if len(_raw_headers(message, "Received")) > STATIONS_MOST:
        return Nature.LOOP
    kind = said("Content-Type").replace('"', "")
    is_notice = kind.startswith("multipart/report") and "report-type=delivery-status" in kind.replace(" ", "")
    local = address.partition("@")[0].lower()
    if is_notice or (local == "mailer-daemon" and said("Return-Path") in {"", "<>"}):
        return Nature.BOUNCE
    if address.lower() in own:
        return Nature.OWN
    # Neither List-Id nor "Precedence: list": the team's own address may be a list.
    is_automatic = said("Auto-Submitted").partition(";")[0].strip() not in {"", "no"}
    return Nature.AUTOMATIC if is_automatic or said("Precedence") in {"auto_reply", "junk"} else Nature.WRITTEN


# -- parts ------------------------------------------------------------------------------------------


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts of a mail that are no container, in order; a mail inside it is one part. Does not recurse."""
    waiting, number = [message], 0
    while waiting:
        part = waiting.pop()
        number += 1
        if number > PARTS_MOST:
            raise ValueError("a mail of too many parts")
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting += reversed(inner)  # type: ignore[arg-type]
        else:
            yield part


def _parts(message: EmailMessage) -> tuple[list[str], list[ParsedAttachment]]:
    """Return the texts of a mail and what is attached: plain text where there is some, HTML as text otherwise."""
    plain, rich, attachments = list[str](), list[str](), list[ParsedAttachment]()
    for part in _leaves(message):
        kind = part.get_content_type()
        is_text = kind in {"text/plain", "text/html"} and not _is_attached(part)
        if is_text:
            (plain if kind == "text/plain" else rich).append(_text(part))
        else:
            attachments.append(_attachment(part, kind))
    if any(text.strip() for text in plain):
        return plain, attachments
    return [text_of_html(text[:TEXT_MOST]) for text in rich], attachments


def _is_attached(part: EmailMessage) -> bool:
    disposition = next(iter(_raw_headers(part, "Content-Disposition")), "")
    return disposition.strip().lower().startswith("attachment")


def _content(part: EmailMessage) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):  # a mail inside a mail
        return b"".join(one.as_bytes(policy=email.policy.compat32) for one in inner)  # type: ignore[union-attr]
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else str(inner or "").encode("utf-8", "surrogateescape")


def _text(part: EmailMessage) -> str:
    content, charset = _content(part), str(part.get_content_charset("utf-8"))
    if _STRANGE.search(charset):
        charset = "utf-8"
    try:
        return content.decode(charset, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _attachment(part: EmailMessage, kind: str) -> ParsedAttachment:
    try:
        name = clean(part.get_filename() or "")
    except Exception:  # noqa: BLE001 - the parser of headers raises nearly anything
        name = ""
    return ParsedAttachment(_line(name)[:NAME_MOST], clean(kind)[:TYPE_MOST], _content(part))
