"""Defaults of a campaign by its preset, and by its source.

A preset is a set of defaults by dotted key; keys of [source] and [place] count only where the campaign's own have them,
and what the file says wins.
"""

import datetime
from typing import Any

from mcbelt import places, sources
from mcbelt.keys import FIRST_DATE, LAST_DATE
from mcbelt.spectra import solar_activity

PRESETS: dict[str, dict[str, Any]] = {
    "full": {},
    "paper": {
        "shell.convention": "paper",
        "air.sun": "day",
        "air.msis_version": 0.0,
        "air.composition": "helium",
        "air.density_g_cm3": 1e-17,
        "air.field_G": 0.18,
        "source.shell_match": "direct",
        "physics.losses": "paper",
        "physics.production_angles": "isotropic",
        "physics.knock_on": False,
        "physics.annihilation": False,
        "physics.scattering": False,
        "physics.free_electrons": False,
        "source.interstellar": "gusev2003",
    },
    # The conditions of an independent calculation of the cosmic-ray half of Gusev et al. 2003.
    "paper_eccentric": {
        "shell.convention": "paper",
        "shell.field": "paper_eccentric",
        "physics.scattering": False,
        "physics.annihilation": False,
        "physics.bremsstrahlung": "continuous",
        "source.species": "proton",
        "source.interstellar": "burger2000",
        "source.phi_MV": 500.0,
        "source.paths": "straight",
        "source.cascade": False,
        "source.neutral_pions": False,
        "source.radiated_photons": False,
        "source.muon_flight": False,
        "source.earth": "sphere",
    },
    # AMS-01 on STS-91, 2-12 June 1998, pointing to the zenith.
    "ams01": {
        "source.transmission": "traced",
        "place.kind": "orbit",
    },
}
PRESET_SOURCE = {"paper_eccentric": "cosmic_rays", "ams01": "cosmic_rays"}  # for that source alone
INDICES = ("f107", "f107a", "ap")  # of [air]; the date alone gives all three
DEFAULT_SOURCE = "trapped_protons"


def filled(table: dict[str, Any]) -> dict[str, Any]:
    """The parsed campaign with the defaults of its preset and of its source.

    Parameters
    ----------
    table : dict
        Parsed TOML of a campaign of kind "belt"; may be wrong in any way, which is told when it is checked.

    Returns
    -------
    dict
        A copy.

    Raises
    ------
    ConfigError
        The date alone is to say how active the Sun was, and it is beyond the table of months.
    """
    result = {name: dict(value) if isinstance(value, dict) else value for name, value in table.items()}
    _activity(result)
    source = result.setdefault("source", {})
    if not isinstance(source, dict):
        return result
    source.setdefault("kind", DEFAULT_SOURCE)
    if not isinstance(source["kind"], str) or source["kind"] not in sources.SOURCES:
        return result
    about = sources.part(source["kind"], "settings")
    preset = result.get("preset", "full")
    of_preset = PRESETS.get(preset, {}) if isinstance(preset, str) else {}
    if PRESET_SOURCE.get(str(preset), source["kind"]) != source["kind"]:
        return result
    result.setdefault("species", list(about.SPECIES))
    _place(result, of_preset, about.PLACES)
    for dotted, value in of_preset.items():
        section, name = dotted.split(".")
        if section == "place" or (section == "source" and name not in about.Settings.model_fields):
            continue
        if isinstance(result.setdefault(section, {}), dict):
            result[section].setdefault(name, value)
    date = _day(result)
    if date is not None and FIRST_DATE <= date <= LAST_DATE and hasattr(about, "dated_defaults"):
        source.update(about.dated_defaults(source, date))
    if isinstance(result.get("air"), dict):
        result["air"].setdefault("sun", _sun(result, about))
    physics = result.setdefault("physics", {})
    if isinstance(physics, dict):
        if "density_g_cm3" in _keys(result, "air"):  # a stated density is all that is met
            physics.setdefault("free_electrons", False)
        for name, value in about.physics_defaults(physics).items():
            physics.setdefault(name, value)
    return result


def _sun(result: dict[str, Any], about: Any) -> str:
    """The Sun as lived, where the source knows it, the air is a mean of the model's and the months are known."""
    air, day = result["air"], _day(result)
    stated = "density_g_cm3" in air or air.get("composition", "msis") != "msis" or air.get("times", "mean") != "mean"
    known = day is None or solar_activity.holds(day)
    return "lived" if "lived" in getattr(about, "SUNS", ("day",)) and not stated and known else "day"


def _keys(result: dict[str, Any], section: str) -> set[str]:
    found = result.get(section)
    return set(found) if isinstance(found, dict) else set()


def _activity(result: dict[str, Any]) -> None:
    """F10.7, F10.7a and Ap of the month of the date, where the campaign gives none of the three."""
    air = result.setdefault("air", {})
    if not isinstance(air, dict) or any(name in air for name in INDICES):
        return
    # A date that is none is refused, in one sentence and without three more on the indices.
    air.update(solar_activity.of_month(_day(result) or datetime.date(2000, 1, 1))._asdict())
    del air["origin"]


def _day(result: dict[str, Any]) -> datetime.date | None:
    """The date of a campaign; None where it is none."""
    shell = result.get("shell")
    try:
        return datetime.date.fromisoformat(str(shell.get("date") if isinstance(shell, dict) else None)[:10])
    except ValueError:
        return None


def _place(result: dict[str, Any], of_preset: dict[str, Any], known: tuple[str, ...]) -> None:
    if not known:
        return
    place = result.setdefault("place", {})
    if not isinstance(place, dict):
        return
    place.setdefault("kind", of_preset.get("place.kind", known[0]))
    if not isinstance(place["kind"], str) or place["kind"] not in places.PLACES:
        return
    fields = places.room(place["kind"]).Settings.model_fields
    for dotted, value in of_preset.items():
        section, name = dotted.split(".")
        if section == "place" and name in fields:
            place.setdefault(name, value)
