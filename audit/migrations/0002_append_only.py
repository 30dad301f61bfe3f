"""Make the log append-only, and seal it at commit."""

from typing import ClassVar

from django.db import migrations

from audit.triggers import install, remove


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(install, remove)]
