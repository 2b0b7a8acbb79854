"""The [source] section of cosmic rays, and what this source can compute."""

import datetime
from typing import Any, Literal

from mcbelt import places
from mcbelt.fields import FIELDS
from mcbelt.keys import Section, key, number
from mcbelt.sources.plasma import refuse_unknown_plasma

SPECIES = ("positron", "electron")
PLACES = tuple(places.PLACES)  # all that are registered, the first by default
ESTIMATORS = ("adjoint", "forward")
HIGHEST_PHI_MV = 2100.0  # above the highest month that neutron monitors say, June 1991, by nearly three of its errors
FARTHEST_FORWARD_DEG = 180.0  # past the anomaly
HIGHEST_BIRTH_MEV = 8000.0  # followed forward; near it gyrations no longer close on the innermost shells


class Settings(Section):
    """Source: cosmic rays over the geomagnetic cutoff."""

    kind: Literal["cosmic_rays"] = key("source of the primaries")
    species: Literal["proton", "proton+helium"] = key("primaries", default="proton+helium")
    interstellar: Literal["vos2015", "corti2016", "burger2000", "gusev2003"] = key(
        "interstellar spectrum of protons; gusev2003 is 7000 R^-1.5 at the Earth", default="vos2015"
    )
    phi_MV: float | None = number(
        0.0,
        HIGHEST_PHI_MV,
        "modulation potential; by default that of the month of the date",
        "MV",
        default=None,
        example=500.0,
    )
    second_spectrum: bool = key("protons under the cutoff, as AMS-01 saw them", default=True)
    transmission: Literal["stormer", "traced"] = key(
        "cutoff: Störmer's, or corrected by parents traced through field and air", default="stormer"
    )
    east_west: bool = key("cutoffs that depend on the direction; false: the vertical's for all", default=True)
    paths: Literal["bent", "straight"] = key("way of the parents through the air", default="bent")
    attenuation_g_cm2: float = number(20.0, 1e6, "attenuation length of the parents", "g cm-2", default=85.0)
    cascade: bool = key("nucleons that leave a collision collide again", default=True)
    neutral_pions: bool = key("photons of neutral pions convert into e+ e-", default=True)
    radiated_photons: bool = key("photons that e+- radiate convert into e+ e-", default=True)
    muon_flight: bool = key("e+- are born where the muon decays, 6.2 km per GeV/c on", default=True)
    earth: Literal["ellipsoid", "sphere"] = key(
        "air by altitude above the ellipsoid, or by altitude alone above a sphere of 6371.2 km", default="ellipsoid"
    )
    production_ceiling_km: float | None = number(
        100.0,
        1e6,
        "nothing is produced above; by default 300 km from orbit and on shells below L = 1.115, else no ceiling",
        "km",
        default=None,
        example=300.0,
    )
    time_limit_s: float = number(
        0.01, 1e4, "orbits open after this time are closed by the drift average", "s", default=20.0
    )


def dated_defaults(source: dict[str, Any], date: datetime.date) -> dict[str, Any]:
    """Defaults of [source] that a date says: the modulation potential of its month.

    That of June 1998 is fitted here and left to `mcbelt.spectra.cosmic_rays`, as before there was a table.

    Raises
    ------
    ConfigError
        The date is beyond the table of potentials, and the campaign gives none.
    """
    from mcbelt.spectra import solar_modulation  # here: other sources need no table

    interstellar = source.get("interstellar", Settings.model_fields["interstellar"].default)
    if (
        source.get("phi_MV") is not None
        or not isinstance(interstellar, str)
        or interstellar not in solar_modulation.SLOPE
    ):
        return {}
    if (date.year, date.month) == solar_modulation.FITTED:
        return {}
    return {"phi_MV": solar_modulation.of_month(date, interstellar)}


def physics_defaults(physics: dict[str, Any]) -> dict[str, Any]:
    """Defaults of [physics] that are this source's own.

    Hard photons, except with the paper's law of mean losses; no free electrons, which the drift average alone knows.
    """
    own = {"annihilation": False} if physics.get("losses") == "paper" else {"bremsstrahlung": "stochastic"}
    return own | {"free_electrons": False}


def check(campaign: Any) -> None:
    """Refuse, with a ValueError, what this source cannot compute.

    The orbits of this source meet the air and field as they are: what they do not know is refused.
    """
    air, physics, source = campaign.air, campaign.physics, campaign.source
    paper = physics.losses == "paper"
    foreign = {
        "[air] density_g_cm3": air.density_g_cm3 is not None,
        "[air] field_G": air.field_G is not None,
        "[air] composition = 'helium'": air.composition != "msis",
        "[physics] annihilation = true with losses = 'paper'": physics.annihilation and paper,
        "[physics] bremsstrahlung = 'stochastic' with losses = 'paper'": physics.bremsstrahlung == "stochastic"
        and paper,
    }
    for name, found in foreign.items():
        if found:
            raise ValueError(f"{name} is not in the cosmic-ray estimators; leave it out")
    refuse_unknown_plasma(campaign)
    if physics.production_angles == "isotropic":
        raise ValueError(
            "[physics] production_angles = 'isotropic' has no meaning for cosmic rays; give 'table' or 'collinear'"
        )
    if source.transmission == "traced":
        if FIELDS[campaign.shell.field].dipole:
            raise ValueError(
                f"[source] transmission = 'traced' with [shell] field = '{campaign.shell.field}', a dipole, in which "
                "Störmer's cutoffs are exact; give field = 'igrf' or transmission = 'stormer'"
            )
        if not source.east_west:
            raise ValueError(
                "[source] east_west = false with transmission = 'traced': traced parents know their directions; "
                "give east_west = true or transmission = 'stormer'"
            )
    if campaign.estimator == "forward":
        _check_forward(campaign)


def _check_forward(campaign: Any) -> None:
    """The forward estimator is for a piece of space around the equator of a dipole along the Earth's axis."""
    from mcbelt.places.shell import FULL_ORBITS_BELOW_L

    place = campaign.place
    L, field, earth, highest = campaign.shell.L, campaign.shell.field, campaign.source.earth, campaign.energy.max_MeV
    needed = (
        (place.kind == "shell", "[place] kind = 'shell'", repr(place.kind)),
        (field == "paper_eccentric", "[shell] field = 'paper_eccentric'", repr(field)),
        (earth == "sphere", "[source] earth = 'sphere'", repr(earth)),
        (
            highest <= 0.5 * HIGHEST_BIRTH_MEV,
            f"[energy] max_MeV of at most {0.5 * HIGHEST_BIRTH_MEV:g}",
            f"{highest:g}",
        ),
        (L < FULL_ORBITS_BELOW_L, f"[shell] L below {FULL_ORBITS_BELOW_L:g}", f"{L:g}"),
    )
    lacking = [f"{name} (found {found})" for met, name, found in needed if not met]
    if lacking:
        raise ValueError(
            f"[run] estimator = 'forward' needs {' and '.join(lacking)}; give that or estimator = 'adjoint'"
        )
    if not place.past_anomaly_min_deg < place.past_anomaly_max_deg <= FARTHEST_FORWARD_DEG:
        raise ValueError(
            f"[run] estimator = 'forward' scores in a volume from [place] past_anomaly_min_deg = "
            f"{place.past_anomaly_min_deg:g} to past_anomaly_max_deg = {place.past_anomaly_max_deg:g}; give a larger "
            f"angle for the second, at most {FARTHEST_FORWARD_DEG:g}"
        )
