"""How the systematics of every source are written down: what each variant does, the 68 % band, and the alternatives."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mcbelt.sources.variables import pair_of, variable
from mcbelt.systematics.bands import alternative_envelope, ratios, shift_band
from mcbelt.systematics.member import Member, variants_of


def band_variables(
    species: tuple[str, ...], members: tuple[Member, ...], relative: Mapping[str, np.ndarray]
) -> dict[str, Any]:
    """Variables over energy_MeV.

    Parameters
    ----------
    species : tuple of str
    members : tuple of Member
    relative : mapping
        Name of a variant -> flux of each species over the nominal one [1], shape (ns, n).

    Returns
    -------
    dict
        `systematic_<variant>_<species>`, and for each species and the ratio `systematic_low_*`, `systematic_high_*`
        where there are shifts, `alternatives_low_*`, `alternatives_high_*` where there are alternatives.
    """
    by_species = {name: {key: flux[place] for key, flux in relative.items()} for place, name in enumerate(species)}
    result: dict[str, Any] = {}
    for variant in (each for member in members for each in variants_of(member)):
        for name in species:
            dims, values, about = variable(
                "energy_MeV",
                by_species[name][variant.name],
                "1",
                f"flux of {name}s with {variant.name.replace('_', ' ')} over the nominal one",
            )
            member = variant.member
            attributes: dict[str, Any] = {**about, "kind": member.kind, "member": member.name, "side": variant.side}
            attributes |= {"ingredient": member.ingredient, "about": member.about, "source": member.source}
            result[f"systematic_{variant.name}_{name}"] = (dims, values, attributes)
    quantities = {name: (f"flux of {name}s", by_species[name]) for name in species}
    if pair := pair_of(species):
        quantities["ratio"] = ("e+/e-", ratios(*(by_species[species[place]] for place in pair)))
    for name, (words, moved) in quantities.items():
        result |= _ends(name, words, members, moved)
    return result


def _ends(name: str, about: str, members: tuple[Member, ...], values: Mapping[str, np.ndarray]) -> dict[str, Any]:
    found = {
        "systematic": (shift_band(members, values), "68 % band, shifts in quadrature"),
        "alternatives": (alternative_envelope(members, values), "envelope of the alternatives"),
    }
    return {
        f"{key}_{end}_{name}": variable(
            "energy_MeV", values, "1", f"{about} over the nominal one, {word} end of the {what}"
        )
        for key, (band, what) in found.items()
        if band is not None
        for end, word, values in zip(("low", "high"), ("lower", "upper"), band, strict=True)
    }
