"""Rights in repositories beside the team's own: security advisories, release tools, the organization."""

from __future__ import annotations

from members.channels.kinds.base import FirstChannel, Kind

KIND = Kind(
    value="repository",
    label="Repository rights",
    first=FirstChannel(
        "Repository rights",
        60,
        to_let_in=(
            "Only where the work needs it: security manager of the organization, or admin of a repository with private "
            "advisories. Otherwise choose “Not needed”."
        ),
        to_let_out=(
            "Take away every right that came with the team: security manager, admin of repositories, collaborator on "
            "private advisories and temporary forks, tokens and deploy keys. Rights of a core developer stay."
        ),
    ),
)
