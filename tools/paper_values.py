"""What the program says where Gusev & Pugacheva 2003 state a number: part of tools/paper_numbers.py.

Each function gives values by name; `QUICK` are computed anew wherever the page is written or tested, `SLOW` trace
shells and tabulate air, `STORED` read the tables beside committed figures, which `mcbelt reproduce` made in minutes.
"""

import csv
import math
from pathlib import Path

import numpy as np

from geomag import Igrf
from geomag.constants import GUSEV_MOMENT_NT, REFERENCE_RADIUS
from geomag.dipole import field_ratio
from geomag.drift_shell import drift_shell
from mcbelt import constants
from mcbelt.figures import ams01
from mcbelt.papers.gusev2003 import belt_over_L, cosmic_protons
from mcbelt.papers.gusev2003.equatorial_orbits import lowest_altitude_km
from mcbelt.papers.gusev2003.innermost_shell import MOMENT, case, cutoff
from mcbelt.papers.gusev2003.production_on_helium import L_PAPER, integral_ratio
from mcbelt.physics import energy_loss, loss_table
from mcbelt.physics.elements import DRY_AIR, HELIUM
from mcbelt.physics.lepton_production import yield_tables
from mcbelt.spectra import cosmic_rays
from mcbelt.spectra.second_spectrum import SecondSpectrum
from mcbelt.spectra.trapped_protons import TrappedProtons
from mcbelt.surroundings import ELEMENTS, air_model, equatorial_profile

FIGURES = Path(__file__).parents[1] / "docs" / "figures"
PAPER_DENSITY, PAPER_FIELD = 1e-14, 0.18e-4  # [kg m-3], [T]: 1e-17 g cm-3 and 0.18 G on L = 1.2
ATMOSPHERE_KM = 100.0  # where mirror points are lost


def kinematics() -> dict[str, float]:
    """Thresholds and shares of decay, from the masses."""
    proton, neutron, pion, muon = (
        getattr(constants, f"{name}_MASS") for name in ("PROTON", "NEUTRON", "CHARGED_PION", "MUON")
    )

    def threshold(target: float, products: float) -> float:
        return ((products**2 - (proton + target) ** 2) / (2.0 * target)) * 1e3

    return {
        "threshold_pp": threshold(proton, proton + neutron + pion),
        "threshold_helium": threshold(constants.ALPHA_MASS, constants.ALPHA_MASS + neutron + pion),
        "muon_share": 0.5 * (1.0 + (muon / pion) ** 2),
        "michel_norm": (muon * 1e3) ** 3 / 16.0,
    }


def production() -> dict[str, float]:
    """N(e+, >E) / N(e-, >E) of protons on helium, and pi+ a collision."""
    at_10 = {T: float(integral_ratio(T, np.array([0.01]))[0]) for T in (0.3, 0.4, 0.5, 1.0, 2.0, 2.5, 10.0)}
    energy = np.array([0.01, 0.03, 0.1, 0.3])
    favoured = np.concatenate([integral_ratio(T, energy) for T in (0.3, 0.5, 1.0, 2.0)])
    risen = [float(np.nanmax(integral_ratio(T, np.geomspace(0.01, 2.0, 60)))) for T in (1.0, 2.0)]
    helium, nitrogen = (yield_tables(True, 0.0).table(target) for target in ("He", "N"))
    return {f"excess_{T:g}": ratio for T, ratio in at_10.items()} | {
        "excess_least": float(np.nanmin(favoured)),
        "excess_risen_1": risen[0],
        "excess_risen_2": risen[1],
        "pions_0.3": float(helium.multiplicity(np.array([0.3]), "pi+")[0]),
        "pions_30": float(nitrogen.multiplicity(np.array([30.0]), "pi+")[0]),
    }


def trapped_protons() -> dict[str, float]:
    """AP8-min on L = 1.2 and over L."""
    protons = TrappedProtons("min", L_PAPER)
    shells = np.linspace(1.14, 1.5, 37)
    above = [float(TrappedProtons("min", L).integral_flux(0.3)) for L in shells]
    alpha = np.radians(np.linspace(60.0, 90.0, 301))
    found = {"tp_10": protons.integral_flux(0.01) * 1e-4, "tp_300": protons.integral_flux(0.3) * 1e-4}
    found |= {"tp_L_max": shells[int(np.argmax(above))], "tp_max_over": max(above) / protons.integral_flux(0.3)}
    for T in (0.1, 0.3):
        shape = protons.directional_flux(T, alpha) / protons.directional_flux(T, 0.5 * np.pi)
        found[f"tp_width_{1e3 * T:.0f}"] = 90.0 - np.interp(math.exp(-1.0), shape, np.degrees(alpha))
    for T in (0.4, 0.8):  # e-fold of the spectrum
        found[f"tp_efold_{1e3 * T:.0f}"] = 1e3 * protons.integral_flux(T) / protons.differential_flux(T)
    return {name: float(value) for name, value in found.items()}


def cosmic_protons_values() -> dict[str, float]:
    """Cutoffs and integral fluxes at the equator of the paper's dipole, protons of June 1998 (phi 500 MV)."""
    found = {}
    for L in (1.09, L_PAPER):
        for name, cosine, _ in cosmic_protons.WAYS:
            found[f"cutoff_{name}_{L:g}"] = float(cutoff(L, cosine))
    table = cosmic_protons.integral_fluxes()
    for name, flux, paper in zip(table["direction"], table["flux"], table["paper"], strict=True):
        found |= {f"cr_{name}": float(flux), f"cr_{name}_paper": float(paper)}
    found["west_over_east"] = found["cr_west"] / found["cr_east"]
    found["west_over_east_paper"] = found["cr_west_paper"] / found["cr_east_paper"]
    # All around at L = 1.2, the Earth's shadow left out: an upper limit of the omnidirectional flux.
    rays, cosine = cosmic_rays.modulated("proton", "burger2000", 0.5), np.linspace(-1.0, 1.0, 201)
    flux = rays.integral_flux(np.array([cutoff(L_PAPER, c) for c in cosine]))
    found["cr_around"] = float(2.0 * math.pi * np.trapezoid(flux, cosine)) * 1e-4  # [cm-2 s-1]
    helium = cosmic_rays.modulated("helium")
    found["helium_nucleons"] = 4.0 * float(helium.flux(10.0) / cosmic_rays.modulated("proton").flux(10.0))
    second = SecondSpectrum()
    found["second_3"] = float(second.flux(3.0) / second.flux(0.3))
    found["second_highest"] = second.highest
    return found


def orders_below() -> dict[str, float]:
    """Decades between trapped protons and cosmic rays on L = 1.2."""
    around, trapped = cosmic_protons_values()["cr_around"], trapped_protons()
    return {f"orders_{E}": math.log10(trapped[f"tp_{E}"] / around) for E in (10, 300)}


def losses() -> dict[str, float]:
    """Losses of the paper's eq. (3) over ours, and where synchrotron radiation takes over."""
    found = {"synchrotron": constants.SYNCHROTRON_COEFFICIENT * 1e-8}  # for gauss
    field_squared = PAPER_FIELD**2
    for name, mixture in (("air", DRY_AIR), ("helium", HELIUM)):
        table = loss_table.loss_table(mixture, 1e-3, 20.0)
        for T in (0.01, 0.1, 1.0):
            ours, _ = loss_table.mean_loss(table, T, 1)
            found[f"eq3_over_{name}_{1e3 * T:.0f}"] = float(energy_loss.paper_loss(T) / ours)
    energy = np.geomspace(0.02, 1.0, 4000)
    for name, density in (("paper", PAPER_DENSITY), ("june", 1.1e-15)):
        radiated = energy_loss.PAPER_SYNCHROTRON * energy**2 * field_squared / (constants.SPEED_OF_LIGHT * density)
        over = radiated - np.array([energy_loss.paper_loss(E) for E in energy])
        found[f"crossing_{name}"] = float(np.interp(0.0, over, energy)) * 1e3
    return found


def geometry() -> dict[str, float]:
    """Field, solid angle and lowest altitudes of the paper's dipole."""
    top = (REFERENCE_RADIUS + ATMOSPHERE_KM * 1e3) / (L_PAPER * REFERENCE_RADIUS)
    cosine = math.sqrt(1.0 - 1.0 / field_ratio(math.acos(math.sqrt(top))))  # of the loss cone on the equator
    found = {"field": GUSEV_MOMENT_NT * 1e-5 / L_PAPER**3, "solid_angle": 2.0 * cosine}  # [G], [pi sr] of a hemisphere
    found["gyroradius_500"] = 0.5 * constants.GV_TO_TESLA_METRE / (MOMENT / (1.09 * REFERENCE_RADIUS) ** 3) * 1e-3
    return found | {f"lowest_{L:g}": lowest_altitude_km(L) for L in (1.06, 1.09, 1.12, L_PAPER)}


def lowest_points() -> dict[str, float]:
    """Lowest altitudes of shells of IGRF [km], by year; L by the paper's 31200 nT."""
    found = {}
    for year in (1970, 1998):
        field = Igrf(f"{year}-06-05")
        for L in (1.09, 1.12, L_PAPER):
            found[f"igrf_{year}_{L:g}"] = float(drift_shell(field, L=L, convention="paper").H_min_km)
    return found


def air() -> dict[str, float]:
    """Equatorial air of figure 10."""
    chosen = case()
    altitude, density, fractions = equatorial_profile(air_model(chosen.air, chosen.shell.date))
    height = -np.gradient(altitude, np.log(density))
    found = {"air_top": float(altitude[-1]) * 1e-3}
    for km in (80, 250, 800):
        at = int(np.argmin(np.abs(altitude - 1e3 * km)))
        found |= {f"height_{km}": float(height[at]) * 1e-3, f"density_{km}": float(density[at]) * 1e-3}
        found |= {f"{element}_{km}": float(share) for element, share in zip(ELEMENTS, fractions[at], strict=True)}
    return found


def angles() -> dict[str, float]:
    """Mean cosine of the angle between e+ and their proton, protons from the west."""
    energy, cosine, solid_angle, made = cosmic_protons.production_from_the_west()
    mean = (made * solid_angle) @ cosine / (made @ solid_angle)
    return {f"cosine_{E}": float(np.interp(E, energy, mean)) for E in (40, 100, 300)}


def _columns(name: str) -> dict[str, np.ndarray]:
    lines = (FIGURES / f"{name}.csv").read_text().splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}


def _at(table: dict[str, np.ndarray], column: str, energy: float) -> float:
    """A column at an energy [MeV], on logarithmic axes."""
    some = table[column] > 0.0  # trapped protons make no e+ at the last energies
    return float(np.exp(np.interp(np.log(energy), np.log(table["energy_MeV"][some]), np.log(table[column][some]))))


def stored_trapped() -> dict[str, float]:
    """Figure 4: e+ of trapped protons in the paper's case (`paper`) and by our own physics (`full`)."""
    table, found = _columns("gusev2003_figure4"), {}
    for preset in ("paper", "full"):
        ratio = table[f"positron_{preset}"] / np.maximum(table[f"electron_{preset}"], 1e-300)
        for low, high in ((10.0, 500.0), (10.0, 300.0)):
            inside = (table["energy_MeV"] >= low) & (table["energy_MeV"] <= high)
            found[f"tp_ratio_low_{high:.0f}_{preset}"] = float(ratio[inside].min())
            found[f"tp_ratio_high_{high:.0f}_{preset}"] = float(ratio[inside].max())
        logarithm = np.log(np.maximum(table[f"positron_{preset}"], 1e-300))
        slope = -np.gradient(logarithm, np.log(table["energy_MeV"]))
        for energy in (30.0, 300.0):
            found[f"tp_slope_{energy:.0f}_{preset}"] = float(np.interp(energy, table["energy_MeV"], slope))
        fall = _at(table, f"positron_{preset}", 100.0) / _at(table, f"positron_{preset}", 300.0)
        found[f"tp_fall_{preset}"] = fall
    return found


def stored_cosmic() -> dict[str, float]:
    """Figures 9 and 11: e+- of cosmic rays, full orbits on L = 1.09, drift-averaged on 1.12 and 1.2."""
    orbits, ratios = _columns("gusev2003_figure9"), _columns("gusev2003_figure11")
    found = {}
    for energy in (700.0, 1000.0, 2000.0):
        for label, species in (("positron", "e+"), ("electron", "e-")):
            fit = float(ams01.fit(species, energy * 1e-3)) * 1e3
            found[f"over_ams_{label}_{energy:.0f}"] = _at(orbits, f"{label}_asymmetry", energy) / fit
    without = orbits["positron_no_asymmetry"] / orbits["electron_no_asymmetry"]
    found |= {"no_asymmetry_low": float(without.min()), "no_asymmetry_high": float(without.max())}
    found["positron_2000"] = _at(orbits, "positron_asymmetry", 2000.0)
    for L in ("1.09", "1.12", "1.2"):
        column = ratios[f"ratio_{L}"]
        found |= {f"ratio_{L}_{E:.0f}": value for E, value in zip(ratios["energy_MeV"], column, strict=True)}
        found |= {f"ratio_{L}_low": float(column.min()), f"ratio_{L}_high": float(column.max())}
    for energy in (100.0, 200.0):
        inner = _at(orbits, "positron_asymmetry", energy)
        for L in ("1.12", "1.2"):
            found[f"cr_positron_{L}_{energy:.0f}"] = _at(ratios, f"positron_{L}", energy) / inner
        found[f"cr_published_1.2_{energy:.0f}"] = _at(ratios, "published_positron_1.2", energy) / inner
    return found


def stored_sources() -> dict[str, float]:
    """e+ of trapped protons over those of cosmic rays on L = 1.2, the paper's case: by its eq. (2), and by eq. (1)."""
    trapped, cosmic = _columns("gusev2003_figure4"), _columns("gusev2003_figure11")
    found = {}
    energy = np.geomspace(50.0, 500.0, 200)
    for name, column in (("eq2", "published_positron_1.2"), ("eq1", "positron_1.2")):
        over = np.array([1e3 * _at(trapped, "positron_paper", E) / _at(cosmic, column, E) for E in energy])
        found[f"equal_{name}"] = float(np.exp(np.interp(0.0, -np.log(over), np.log(energy))))
        for E in (50, 100, 200, 300):
            found[f"tp_over_cr_{E}_{name}"] = float(np.interp(E, energy, over))
    return found


def stored_steps() -> dict[str, float]:
    """The waterfall of the cosmic-ray source: flux of e+ with the cascade of nucleons over that without."""
    table = _columns("gusev2003_cosmic_waterfall")
    over = table["positron_11"] / table["positron_10"]
    return {f"cascade_{E:.0f}": float(value) for E, value in zip(table["energy_MeV"], over, strict=True)}


def stored_belt() -> dict[str, float]:
    """Trapped protons' e+ over L (tools/belt_over_L.py): where most are, halves, over cosmic rays."""
    table, found = _columns("belt_over_L"), {}
    held = np.unique(table["energy_MeV"])
    for energy in (30, 100, 300):
        chosen = table["energy_MeV"] == held[np.abs(np.log(held / energy)).argmin()]
        own = {name: values[chosen] for name, values in table.items()}
        where = belt_over_L.belt_of(own["L"], own["positron_trapped_protons"])
        found |= {f"belt_L_{energy}": where.L, f"belt_low_{energy}": where.low}
        for name, L in (("left", 1.3), ("far", 1.4)):
            found[f"belt_{name}_{energy}"] = float(own["positron_trapped_protons"][own["L"] == L][0]) / where.flux
        over = own["positron_trapped_protons"] / own["positron_cosmic_rays"]
        found[f"belt_over_{energy}"] = float(over[own["L"] == L_PAPER][0])
    return found


QUICK = (kinematics, production, trapped_protons, cosmic_protons_values, orders_below, losses, geometry)
SLOW = (lowest_points, air, angles)
STORED = (stored_trapped, stored_cosmic, stored_sources, stored_steps, stored_belt)


def values(functions: tuple) -> dict[str, float]:
    """Values of some of the functions, by name.

    Raises
    ------
    ValueError
        Two functions give one name.
    """
    found: dict[str, float] = {}
    for function in functions:
        new = function()
        if twice := found.keys() & new.keys():
            raise ValueError(f"{function.__name__} gives {', '.join(sorted(twice))} again")
        found |= new
    return found
