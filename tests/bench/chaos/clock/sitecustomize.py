"""Let a Python process believe in a wrong clock: ``CHAOS_CLOCK_SECONDS`` from the right one.

Python imports this module at its start if its folder is on PYTHONPATH. Nothing else in the machine is touched, and
`time.monotonic` stays right, as it does when somebody sets a clock.
"""

from __future__ import annotations

import copyreg
import datetime as module
import os
import time
from typing import Any

_SECONDS = float(os.environ.get("CHAOS_CLOCK_SECONDS", "0"))
_right, _right_ns = time.time, time.time_ns
_utc_tuple, _local_tuple = time.gmtime, time.localtime
_Real: Any = module.datetime
_RealDate: Any = module.date


class _AlsoReal(type):
    """Take what C code makes, which knows the real class alone, for an instance of the wrong clock's."""

    real: Any

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.real)


class _Datetime(_Real, metaclass=_AlsoReal):  # type: ignore[misc]
    real = _Real

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return cls.fromtimestamp(time.time(), module.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return cls.now()


class _Date(_RealDate, metaclass=_AlsoReal):  # type: ignore[misc]
    real = _RealDate

    @classmethod
    def today(cls) -> Any:
        return cls.fromtimestamp(time.time())


def _install() -> None:
    time.time = lambda: _right() + _SECONDS
    time.time_ns = lambda: _right_ns() + int(_SECONDS * 1e9)
    time.gmtime = lambda seconds=None: _utc_tuple(time.time() if seconds is None else seconds)
    time.localtime = lambda seconds=None: _local_tuple(time.time() if seconds is None else seconds)
    for fake, name in ((_Datetime, "datetime"), (_Date, "date")):
        real = fake.real
        fake.__module__, fake.__name__, fake.__qualname__ = "datetime", name, name
        setattr(module, name, fake)
        # Pickle looks a class up by its name, and would find the other one.
        copyreg.pickle(real, lambda value, fake=fake: (fake, value.__reduce_ex__(2)[1]))  # type: ignore[misc]


if _SECONDS:
    _install()
