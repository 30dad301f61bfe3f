"""The manifest of a backup: what is in it, and what has to come out of it again."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from packaging.version import InvalidVersion, Version

from audit.checkpoints import Checkpoint
from psrt_portal import __version__
from psrt_portal.backup.errors import BackupError
from web import outside_json

DUMP, MANIFEST = "portal.dump", "manifest.json"
#: The shape of the manifest. A change that this code could not read makes it a greater number.
FORMAT = 1
_READ_AT_ONCE = 1024 * 1024


@dataclass(frozen=True)
class Fingerprint:
    """What a table held: the number of its rows, and a SHA-256 over all of them whatever their order."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What one backup is."""

    made_at: datetime
    """By the database's clock, in UTC: the moment that the backup holds."""
    portal: str
    """The version of the portal that made it."""
    postgresql: int
    """The major version of the server."""
    migrations: frozenset[tuple[str, str]]
    """The migrations applied to the database, as app and name."""
    dump_sha256: str
    tables: dict[str, Fingerprint]
    audit: Checkpoint
    """The end of the audit log."""
    differences: tuple[str, ...]
    """What was wrong with the audit log when the backup was made."""

    @property
    def rows(self) -> int:
        """The number of rows in all tables."""
        return sum(table.rows for table in self.tables.values())

    def write(self, folder: Path) -> None:
        """Write the manifest, on the disk when this returns. Raises OSError."""
        data = {
            "format": FORMAT,
            **asdict(self),
            "made_at": self.made_at.isoformat(),
            "migrations": sorted(self.migrations),
            "audit": json.loads(self.audit.line()),
        }
        file_number = os.open(folder / MANIFEST, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file_number, "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Manifest:
        """Read what `write` wrote; raises KeyError, TypeError, ValueError or AttributeError on anything else."""
        return cls(
            made_at=datetime.fromisoformat(data["made_at"]),
            portal=str(Version(data["portal"])),
            postgresql=int(data["postgresql"]),
            migrations=frozenset((str(app), str(name)) for app, name in data["migrations"]),
            dump_sha256=str(data["dump_sha256"]),
            tables={name: Fingerprint(int(one["rows"]), str(one["sha256"])) for name, one in data["tables"].items()},
            audit=Checkpoint.parse(json.dumps(data["audit"])),
            differences=tuple(str(one) for one in data["differences"]),
        )


def read(folder: Path) -> Manifest:
    """Return the manifest of the backup in `folder`; raises `BackupError` if there is none that this code can read."""
    path = folder / MANIFEST
    try:
        data = outside_json.read(path.read_text(encoding="utf-8"))
        number = data["format"]
        if isinstance(number, int) and number > FORMAT:
            raise BackupError(
                f"{path} was written by a newer version of the portal: restore it with that version, then upgrade."
            )
        return Manifest.parse(data)
    except OSError as error:
        raise BackupError(
            f"There is no backup in {folder} ({error.strerror}): name a folder that “manage.py backup” made."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, InvalidVersion) as error:
        raise BackupError(f"{path} is not the manifest of a backup, or is damaged: use another backup.") from error


def require_fit(manifest: Manifest, folder: Path, connection: BaseDatabaseWrapper) -> None:
    """Raise `BackupError` unless dump, code and server fit the manifest."""
    if manifest.differences:
        raise BackupError(
            "The audit log was not whole when this backup was made, so it cannot be verified: use an earlier backup "
            "(docs/operations.md, “The audit log”)."
        )
    unknown = manifest.migrations - set(MigrationLoader(None).disk_migrations or {})
    if Version(manifest.portal) > Version(__version__) or unknown:
        raise BackupError(
            f"This backup was made by version {manifest.portal} of the portal, and its tables are newer than those of "
            f"this version, {__version__}: restore it with the version that made it, then upgrade."
        )
    with connection.cursor() as cursor:
        server = version_of(cursor)
    if manifest.postgresql > server:
        raise BackupError(
            f"This backup was made on PostgreSQL {manifest.postgresql}, and this server is {server}: restore it on "
            f"PostgreSQL {manifest.postgresql} or newer."
        )
    try:
        found = sha256_of(folder / DUMP)
    except OSError as error:
        raise BackupError(f"{folder / DUMP} cannot be read ({error.strerror}): use another backup.") from error
    if found != manifest.dump_sha256:
        raise BackupError(
            f"{folder / DUMP} is not the file that the manifest names, or is damaged: use another backup."
        )


def version_of(cursor: Any) -> int:
    """Return the server's major version."""
    cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
    return int(cursor.fetchone()[0])


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_READ_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()
