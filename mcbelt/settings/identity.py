"""What decides the physics of a campaign, as a table and as a hash."""

import codecs
import hashlib
import json
from pathlib import Path
from typing import Any

from mcbelt import sources
from mcbelt.keys import Campaign
from mcbelt.settings.belt import Belt
from mcbelt.settings.several import Several

_SHARED = ("kind", "shell", "air", "energy")  # the same for each of several sources


def physics_table(config: Campaign) -> dict[str, Any]:
    """Everything in a campaign that decides the physics: no name, preset, seed or numbers of histories.

    A path is replaced by the hash of what the file holds. An estimator that is not the default of the source is in it:
    results of two estimators are not of one kind. Of several sources each has its own table, in their order, with its
    name and stream; `physics_of` gives it back.
    """
    if isinstance(config, Several):
        tables = {name: physics_table(part) for name, part in config.parts.items()}
        shared = {key: next(iter(tables.values()))[key] for key in _SHARED}
        own = [
            {"name": name, "stream": config.streams[name], **{k: v for k, v in each.items() if k not in shared}}
            for name, each in tables.items()
        ]
        return {**shared, "species": list(config.species), "sources": own}
    table = config.model_dump(mode="json", exclude={"name", "preset", "run"}, exclude_none=True)
    source = table.get("source", {})
    if "spectrum_csv" in source:
        source["spectrum_csv"] = hashlib.sha256(_plain(Path(source["spectrum_csv"]).read_bytes())).hexdigest()
    if isinstance(config, Belt) and not config.physics.free_electrons:
        del table["physics"]["free_electrons"]  # as results of before had it
    if isinstance(config, Belt):  # apart: one of several sources may know it and others not; of the day as before
        sun = table["air"].pop("sun")
        table |= {"sun": sun} if sun == "lived" else {}
    if isinstance(config, Belt) and config.estimator != sources.part(config.source.kind, "settings").ESTIMATORS[0]:
        table["estimator"] = config.estimator
    return table


def _plain(text: bytes) -> bytes:
    """The text of a file without what editors and systems write differently: the mark before it, the ends of lines."""
    return text.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")


def physics_of(source: str, table: dict[str, Any]) -> dict[str, Any]:
    """The `physics_table` of the campaign of one source alone, from that of several.

    Parameters
    ----------
    source : str
        Its name.
    table : dict
        `physics_table` of several sources.

    Returns
    -------
    dict
    """
    own = next(each for each in table["sources"] if each["name"] == source)
    return {key: table[key] for key in _SHARED} | {k: v for k, v in own.items() if k not in ("name", "stream")}


def canonical(table: dict[str, Any]) -> str:
    """A `physics_table` as the text that is hashed and kept in results."""
    return json.dumps(table, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    """Hash of a canonical table [16 hex digits]."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def physics_hash(config: Campaign) -> str:
    """Hash of `physics_table` [16 hex digits]; equal for campaigns whose results may be merged."""
    return hash_of(canonical(physics_table(config)))
