"""`mcbelt check`: is a campaign file in order?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mcbelt.cli import told

if TYPE_CHECKING:  # the program should start without loading what reads campaigns
    from mcbelt.campaign.file import CampaignFile, Case


def check(
    campaign: Annotated[Path, typer.Argument(help="Campaign file, or directory of a campaign.toml.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Check a campaign file without running it, and say what it will cost."""
    from mcbelt.campaign import costs, driver, kinds
    from mcbelt.campaign import file as campaign_file
    from mcbelt.cli import costs as told_costs
    from mcbelt.settings import identity

    file = campaign_file.read(campaign)
    words = kinds.require_complete(file)
    estimate = costs.estimate(file, driver.output_directory(file))
    cost = told_costs.words(estimate)
    if as_json:
        typer.echo(json.dumps(_report(file, words) | {"cost": cost, "estimate": estimate._asdict()}, default=str))
        return
    first = file.cases[0].config
    if not file.scanned:
        typer.echo(f"{file.path}: in order; {first.run.histories} histories, physics {identity.physics_hash(first)}.")
        if cost:
            typer.echo(f"  {cost}")
        told.activity(campaign_file.activity(file))
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
    if cost:
        typer.echo(f"  {cost}")
    told.activity(campaign_file.activity(file))
    _say(file.cases)
    told.warn(words)


def _report(file: CampaignFile, words: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """What --json prints."""
    from mcbelt.campaign import file as campaign_file
    from mcbelt.campaign import kinds
    from mcbelt.settings import identity

    cases = [
        {
            "case": case.name,
            "histories": case.config.run.histories,
            "physics_hash": identity.physics_hash(case.config),
            "overrides": case.overrides,
            "remarks": kinds.remarks(case.config),
            "warnings": list(words.get(case.name, ())),
        }
        for case in file.cases
    ]
    about = {"file": str(file.path), "name": file.name, "scanned": file.scanned, "linked": file.axes}
    of_all = list(words.get("", ())) if file.scanned else []
    return {**about, "cases": cases, "activity": campaign_file.activity(file), "warnings": of_all}


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
