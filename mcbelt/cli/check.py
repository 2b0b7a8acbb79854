"""`mcbelt check`: is a campaign file in order?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcbelt.cli import told

if TYPE_CHECKING:  # the program should start without loading what reads campaigns
    from mcbelt.campaign.file import Case


def check(campaign: Annotated[Path, typer.Argument(help="Campaign file, or directory of a campaign.toml.")]) -> None:
    """Check a campaign file without running it."""
    from mcbelt.campaign import file as campaign_file
    from mcbelt.campaign import kinds
    from mcbelt.settings import identity

    file = campaign_file.read(campaign)
    words = kinds.require_complete(file)
    first = file.cases[0].config
    if not file.scanned:
        typer.echo(f"{file.path}: in order; {first.run.histories} histories, physics {identity.physics_hash(first)}.")
        _tell_activity(campaign_file.activity(file))
        _say(file.cases)
        told.warn(words)
        return
    spans = ", ".join(f"{key}: {len(values)} values" for key, values in file.scanned.items())
    typer.echo(f"{file.path}: in order; {len(file.cases)} cases ({spans}).")
    for case in file.cases[:20]:
        physics = identity.physics_hash(case.config)
        typer.echo(f"  {case.name}: {case.config.run.histories} histories, physics {physics}")
    if len(file.cases) > 20:
        typer.echo(f"  and {len(file.cases) - 20} more")
    _tell_activity(campaign_file.activity(file))
    _say(file.cases)
    told.warn(words)


def _say(cases: Sequence[Case]) -> None:
    """Which sources are added, and what they have to say, each thing once."""
    from mcbelt.campaign import kinds

    said: dict[str, list[str]] = {}
    for case in cases:
        for words in kinds.remarks(case.config):
            said.setdefault(words, []).append(case.name)
    for words, names in said.items():
        where = f" ({len(names)} of {len(cases)} cases)" if len(names) < len(cases) else ""
        typer.echo(f"  {words}{where}")


def _tell_activity(lines: list[str]) -> None:
    for line in lines[:20]:
        typer.echo(line)
    if len(lines) > 20:
        typer.echo(f"and {len(lines) - 20} more months")
