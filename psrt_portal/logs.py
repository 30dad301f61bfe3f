"""The log that web, workers, schedule and commands write: what happened and where, never with which values.

A line is an object of JSON in production and readable text in development. The portal's own messages are written for
the log and stand there as they are. Everything else may quote an address, a link or a row: of a library's message only
the template is kept, and of an exception its class and its frames.
"""

from __future__ import annotations

import linecache
import logging
import logging.config
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Mapping, MutableMapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import psycopg
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import Error as DatabaseError

logger = logging.getLogger(__name__)

#: The facts of a line, as structlog hands them on.
Event = MutableMapping[str, Any]

#: The packages whose messages are written for this log.
OURS = frozenset({"psrt_portal", "notifications", "nominations", "advisories", "members", "audit", "web"})
#: The pattern of a UUID: ids of requests, rows and tasks.
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: Of a recursion there are a thousand; what matters is at the end.
_FRAMES = 30
#: Exceptions in a chain of causes.
_CHAIN = 5
_ROOT = f"{Path(__file__).resolve().parent.parent}/"
#: Strings that Celery and gunicorn say: ids and names of tasks, names of schedules, what became of a task, signals.
_HARMLESS = re.compile(
    rf"{UUID}"
    r"|[a-z_]+(\.[a-z_]+)+|[a-z_]+(-[a-z_]+)+|raised (un)?expected|SIG[A-Z]+"
)


class _Withheld:
    """Stands in a message for a value."""

    def __str__(self) -> str:
        return "…"

    __repr__ = __str__


class Console(logging.StreamHandler[TextIO]):
    """Write to what is standard error at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """The stream; never None here."""
        return sys.stderr


class Formatter(structlog.stdlib.ProcessorFormatter):
    """Make a line of a record."""

    def __init__(self, *, as_json: bool) -> None:
        renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _console()
        super().__init__(
            processors=[
                _facts,
                structlog.contextvars.merge_contextvars,
                _Exceptions(as_json=as_json),
                self.remove_processors_meta,
                renderer,
            ]
        )

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; the values of a library's message are withheld first."""
        plain = logging.makeLogRecord(record.__dict__)
        plain.msg, plain.args, plain.stack_info = message_of(record), (), None
        return super().format(plain)


def settings_for(*, is_production: bool) -> dict[str, Any]:
    """Return what Django's LOGGING is: JSON from INFO on in production, readable text from WARNING on elsewhere."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "psrt_portal.logs.Formatter", "as_json": is_production}},
        "handlers": {"console": {"()": "psrt_portal.logs.Console", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO" if is_production else "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Each 500 and 503, once. What a visitor does wrong is no error of ours; what may be an attack has a line
            # of its own (`web.refusals`).
            "django.request": {"level": "ERROR"},
            "django.security.csrf": {"level": "CRITICAL"},  # `errors.csrf_failure` says it, without an address
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Set up logging for this process (`LOGGING_CONFIG`); in production also for what nothing has caught."""
    logging.config.dictConfig(config)
    if config["formatters"]["line"]["as_json"]:
        # Python would otherwise write values: of a record that cannot be formatted, of an exception, of a warning.
        logging.raiseExceptions = False
        sys.excepthook = _uncaught
        threading.excepthook = _uncaught_in_thread
        warnings.showwarning = _warned


# -- messages --------------------------------------------------------------------------------------------


def message_of(record: logging.LogRecord) -> str:
    """Return what a record says, without the values that a library has put in.

    A message without arguments may have been put together before: it is kept if it stands so in the code that says it.
    """
    package = record.name.partition(".")[0]
    if package in OURS:
        return record.getMessage()
    message = str(record.msg)
    if not record.args:
        return message if _is_written_in(message, record.pathname) else "(a message with values)"
    if package == "django" and hasattr(record, "status_code"):
        return HTTPStatus(record.status_code).phrase
    args = record.args
    keep = package in {"celery", "gunicorn"}
    try:
        if isinstance(args, Mapping):
            return message % {name: _shown(value, keep=keep) for name, value in args.items()}
        return message % tuple(_shown(value, keep=keep) for value in args)
    except (TypeError, ValueError):
        return message


def _shown(value: object, *, keep: bool) -> object:
    if isinstance(value, int | float):
        return value
    return value if keep and isinstance(value, str) and _HARMLESS.fullmatch(value) else _Withheld()


def _is_written_in(message: str, path: str) -> bool:
    return bool(message) and message in "".join(linecache.getlines(path))


# -- facts -----------------------------------------------------------------------------------------------


def _facts(_logger: object, _method: str, event: Event) -> Event:
    """Begin the line with time, level and logger."""
    record: logging.LogRecord = event["_record"]
    facts = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
    }
    status = getattr(record, "status_code", None)
    return {**facts, **event, **({"status": status} if isinstance(status, int) else {})}


class _Exceptions:
    """Put what is kept of an exception into the line."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        info = event.pop("exc_info", None)
        error = info[1] if isinstance(info, tuple) else info
        if not isinstance(error, BaseException):
            return event
        event["exception"] = list(chain(error)) if self.as_json else "\n".join(_lines(error))
        return event


def chain(error: BaseException) -> Iterator[dict[str, Any]]:
    """Yield an exception and its causes: class, frames, and of a database's error the code in the place of its message.

    The message of a wrong setting is one of ours and is kept: without it nobody could mend the setting. An exception
    that every request of an outage raises says so by `is_outage`, and gets no frames: there may be a hundred a second.
    """
    has_frames = not any(getattr(one, "is_outage", False) for one in _causes(error))
    for one in _causes(error):
        described: dict[str, Any] = {"class": _class_of(one)}
        if code := getattr(one, "sqlstate", None):
            described["sqlstate"] = code
        if isinstance(one, ImproperlyConfigured):
            described["says"] = str(one)
        yield described | {"frames": _frames(one.__traceback__) if has_frames else []}


def _causes(error: BaseException) -> Iterator[BaseException]:
    for _ in range(_CHAIN):
        yield error
        following = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if following is None:
            return
        error = following


def _class_of(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _frames(trace: TracebackType | None) -> list[str]:
    """Return the last frames as ``file:line:function``, the innermost at the end."""
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(trace)]
    return [f"{_short(code.co_filename)}:{line}:{code.co_name}" for code, line in frames[-_FRAMES:]]


def _short(path: str) -> str:
    """Return a file's path from the portal's folder, or from where packages are installed."""
    return path.rpartition("/site-packages/")[2].removeprefix(_ROOT)


def _lines(error: BaseException) -> Iterator[str]:
    """Yield the lines for somebody who develops: with the message, unless it is a database's and may quote a row."""
    for described, one in zip(chain(error), _causes(error), strict=True):
        is_quoting = isinstance(one, DatabaseError | psycopg.Error)
        said = described.get("sqlstate", "") if is_quoting else str(one)
        yield from (f"    {frame}" for frame in described["frames"])
        yield f"  {described['class']}{f': {said}' if said else ''}"


def _console() -> Any:
    """Return the renderer for a terminal; its columns keep their order."""
    return structlog.dev.ConsoleRenderer(colors=False, timestamp_key="time", sort_keys=False, pad_event_to=0)


# -- what nothing has caught -----------------------------------------------------------------------------


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logger.critical("an exception ended this process", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        logger.critical("an exception ended a thread", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    logger.warning("%s at %s:%s", category.__name__, _short(filename), lineno)
