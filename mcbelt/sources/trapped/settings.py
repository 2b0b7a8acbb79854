"""The [source] section of trapped protons, and what this source can compute."""

from typing import Any, Literal

from mcbelt.fields import FIELDS
from mcbelt.keys import Section, key
from mcbelt.sources.plasma import refuse_unknown_plasma

SPECIES = ("positron", "electron")
PLACES = ()  # the whole drift shell, by equatorial pitch angle
ESTIMATORS = ("forward",)
LOWEST_L, HIGHEST_L = 1.14, 1.5  # of AP8's inner belt


class Settings(Section):
    """Source: the trapped protons of the inner belt (AP8)."""

    kind: Literal["trapped_protons"] = key("source of the primaries")
    solar: Literal["min", "max"] = key("AP8-min or AP8-max", default="min")
    tail: Literal["exponential", "power_law", "none"] = key(
        "spectrum above 400 MeV, where AP8 ends", default="exponential"
    )
    shell_match: Literal["h_min", "direct"] = key(
        "query AP8 at the shell of equal H_min, or at L itself", default="h_min"
    )


def physics_defaults(physics: dict[str, Any]) -> dict[str, Any]:
    """Defaults of [physics] that are this source's own: none."""
    return {}


def check(campaign: Any) -> None:
    """Refuse, with a ValueError, what this source cannot compute."""
    refuse_orbits_of_cosmic_rays(campaign)
    refuse_unknown_plasma(campaign)
    if not LOWEST_L <= campaign.shell.L <= HIGHEST_L:
        raise ValueError(
            f"[shell] L = {campaign.shell.L:g} is outside {LOWEST_L:g} to {HIGHEST_L:g}, where source.kind = "
            "'trapped_protons' is known; give such an L or another source"
        )


def refuse_orbits_of_cosmic_rays(campaign: Any) -> None:
    """Refuse, with a ValueError, what only full orbits in the air know."""
    if not FIELDS[campaign.shell.field].shells:
        known = ", ".join(name for name, entry in FIELDS.items() if entry.shells)
        raise ValueError(
            f"[shell] field = {campaign.shell.field!r} is for source.kind = 'cosmic_rays', as no drift shells are "
            f"traced in it; give one of {known}"
        )
    if campaign.physics.bremsstrahlung == "stochastic":
        raise ValueError("[physics] bremsstrahlung = 'stochastic' is for source.kind = 'cosmic_rays'; leave it out")
