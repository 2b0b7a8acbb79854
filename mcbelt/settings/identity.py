"""What decides the physics of a campaign, as a table and as a hash."""

import hashlib
import json
from pathlib import Path
from typing import Any

from mcbelt import sources
from mcbelt.keys import Campaign
from mcbelt.settings.belt import Belt


def physics_table(config: Campaign) -> dict[str, Any]:
    """Everything in a campaign that decides the physics: no name, preset, seed or numbers of histories.

    A path is replaced by the hash of what the file holds. An estimator that is not the default of the source is in it:
    results of two estimators are not of one kind.
    """
    table = config.model_dump(mode="json", exclude={"name", "preset", "run"}, exclude_none=True)
    source = table.get("source", {})
    if "spectrum_csv" in source:
        source["spectrum_csv"] = hashlib.sha256(Path(source["spectrum_csv"]).read_bytes()).hexdigest()
    if isinstance(config, Belt) and not config.physics.free_electrons:
        del table["physics"]["free_electrons"]  # as results of before had it
    if isinstance(config, Belt) and config.estimator != sources.part(config.source.kind, "settings").ESTIMATORS[0]:
        table["estimator"] = config.estimator
    return table


def physics_hash(config: Campaign) -> str:
    """Hash of `physics_table` [16 hex digits]; equal for campaigns whose results may be merged."""
    text = json.dumps(physics_table(config), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
