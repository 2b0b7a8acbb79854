"""Keys of campaign files of version 0.1 that stand in another section now; old files run as they did."""

from typing import Any

from mcbelt import places, sources

# [source] of cosmic rays held the place too.
PLACE_KEYS = (
    "pitch_cosine_max",
    "past_anomaly_min_deg",
    "past_anomaly_max_deg",
    "altitude_min_km",
    "altitude_max_km",
    "inclination_deg",
    "cone_deg",
    "magnetic_latitude_min",
    "magnetic_latitude_max",
    "exclude_anomaly",
)


def moved(table: dict[str, Any], preset_place: str | None = None) -> dict[str, Any]:
    """The campaign with the keys of [source] that say where the flux is observed moved to [place].

    Parameters
    ----------
    table : dict
        Parsed TOML.
    preset_place : str, optional
        Kind of place that the preset names.

    Returns
    -------
    dict
        A copy, or the same where there is nothing to move. Keys of the kind of place that is not chosen, which 0.1
        ignored, are dropped; what [place] says itself wins.
    """
    source = table.get("source")
    if not isinstance(source, dict) or source.get("kind") != "cosmic_rays":
        return table
    if not any(name in source for name in ("vantage", *PLACE_KEYS)):
        return table
    place = table.get("place", {})
    if not isinstance(place, dict):
        return table
    kept = {name: value for name, value in source.items() if name not in ("vantage", *PLACE_KEYS)}
    first = sources.part("cosmic_rays", "settings").PLACES[0]
    kind = place.get("kind", source.get("vantage", preset_place or first))
    known = places.room(kind).Settings.model_fields if isinstance(kind, str) and kind in places.PLACES else PLACE_KEYS
    named = {name: source[name] for name in PLACE_KEYS if name in source and name in known}
    return {**table, "source": kept, "place": {"kind": kind, **named, **place}}
