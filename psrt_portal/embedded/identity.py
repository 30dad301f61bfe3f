"""The user that PostgreSQL runs as: it refuses to run as root, which is all there is on some machines.

Root's own files may lie in folders that nobody else may enter, so it is not enough to run as
another user. In a user namespace (Linux) the process stays root for the files and is somebody else for
itself. Where the system allows no namespace (a container without the right to make one), PostgreSQL
runs as a plain user who keeps the one capability to pass through closed folders.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from psrt_portal.embedded.server import ServerError

#: Preferred names for PostgreSQL's user. The name stands for a number and nothing else.
PLAIN_USERS = ("postgres", "nobody", "daemon")

_CLONE_NEWUSER = 0x10000000
_PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 8, 47, 2
_CAP_VERSION_3 = 0x20080522
#: DAC_OVERRIDE and DAC_READ_SEARCH: either passes through folders that are closed to others.
_CAP_DAC = (1, 2)


@dataclass(frozen=True)
class Identity:
    """A user for PostgreSQL. `owner` and `group` own its files; `enter` is called in the child before exec."""

    owner: int
    group: int
    enter: Callable[[], None] | None = None


def choose() -> Identity:
    """Return the identity that works for the calling process; raises ServerError."""
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid())
    if sys.platform == "linux":
        for identity in (namespace(), plain_user()):
            if _works(identity):
                return identity
    raise ServerError(
        "PostgreSQL does not run as root, and this system does not let root start it as somebody else: "
        "work as an ordinary user, or set DATABASE_URL."
    )


def namespace() -> Identity:
    """Return root within a user namespace where its number is another one."""
    user = _plain_user()
    return Identity(0, 0, partial(_enter_namespace, user.pw_uid, user.pw_gid))


def plain_user() -> Identity:
    """Return a user without any right but to pass through closed folders."""
    user = _plain_user()
    return Identity(user.pw_uid, user.pw_gid, partial(_become, user.pw_uid, user.pw_gid))


def _works(identity: Identity) -> bool:
    try:
        subprocess.run([sys.executable, "-S", "-c", ""], preexec_fn=identity.enter, check=True, capture_output=True)
    except (subprocess.SubprocessError, OSError):
        return False
    return True


def _plain_user() -> pwd.struct_passwd:
    users = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in (*PLAIN_USERS, *users):
        if name in users:
            return users[name]
    raise ServerError("PostgreSQL does not run as root, and this machine has no other user.")


def _enter_namespace(uid: int, gid: int) -> None:
    """Become another user in a namespace where root's files stay its own. Raises OSError where the system refuses."""
    libc, outside = ctypes.CDLL(None, use_errno=True), os.getegid()
    if libc.unshare(_CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "no user namespace")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} 0 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {outside} 1", encoding="ascii")


def _become(uid: int, gid: int) -> None:
    """Become the user `uid`; on Linux keep what of `_CAP_DAC` the process has, also after exec."""
    libc = ctypes.CDLL(None, use_errno=True)
    wanted = sum(1 << bit for bit in _CAP_DAC) & _permitted()
    if wanted:
        libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if wanted:
        header = (ctypes.c_uint32 * 2)(_CAP_VERSION_3, 0)
        data = (ctypes.c_uint32 * 6)(wanted, wanted, wanted, 0, 0, 0)  # effective, permitted, inheritable; twice
        libc.capset(header, data)
        for bit in _CAP_DAC:
            libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, bit, 0, 0)


def _permitted() -> int:
    """Return the permitted capabilities of this process as bits; 0 where there are none such."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapPrm:")), 0)
