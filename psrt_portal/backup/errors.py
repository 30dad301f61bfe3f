"""Why a backup cannot be made or restored."""


class BackupError(Exception):
    """Carries sentences for the operator; whoever raises it has left nothing half done."""
