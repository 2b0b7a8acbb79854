"""Figures of the lecture notes on cosmic-ray positrons.

The chain, the leaky box, the anomaly, a pulsar, and Fermi's east-west trick.
"""

import math

import numpy as np
from scipy.optimize import least_squares

from geomag import stormer
from geomag.constants import REFERENCE_RADIUS
from mcbelt.constants import CHARGED_PION_MASS, MUON_MASS
from mcbelt.figures.galactic_data import measurement
from mcbelt.figures.galactic_figure import COLOURS, Drawing, Sheet, writers
from mcbelt.interstellar import chain, inclusive, leaky_box, losses, meson_spectra, production, pulsar
from mcbelt.interstellar.models import at_earth, fraction_at_earth, interstellar, solved
from mcbelt.interstellar.scales import MEGAYEAR
from mcbelt.physics import decay
from mcbelt.physics.michel import michel_spectrum

FERMI_ALTITUDE_KM = 550.0
EARTH_MOMENT = 29.9e-6 * REFERENCE_RADIUS**3  # [T m3] dipole of 2010


def figure_1() -> Drawing:
    """Electron spectrum of muon decay, at rest and in the pion's frame."""
    sheet = Sheet(("muon at rest", "in the pion's frame"), "electron energy [GeV]", "dN/dE [1/GeV]", (False, False))
    energy = np.linspace(1.0e-4, 0.0529, 300)
    sheet.line(energy, [michel_spectrum(e) for e in energy], "Michel", color=COLOURS["electron"])
    energy = np.linspace(1.0e-4, 0.0699, 300)
    for xi, words, style in ((-1.0, "exact, xi = -1", "-"), (0.0, "no polarisation", "--"), (1.0, "xi = +1", ":")):
        values = [
            decay.two_body_spectrum(e, CHARGED_PION_MASS, CHARGED_PION_MASS, decay.PION_MUON_ENERGY, xi) for e in energy
        ]
        sheet.line(energy, values, words, 1, color=COLOURS["positron"], ls=style)
    return sheet.finished(
        "lecture-figure-1",
        "The electron of a muon at rest has no line but the Michel spectrum up to half the muon's mass, 52.8 MeV, "
        "because it shares the energy with two neutrinos. In the pion's frame the muon moves with 0.271 c and its "
        "spin matters: the mean is 36.9 MeV for the V-A asymmetry xi = -1, 38.4 without polarisation, 39.9 for the "
        "wrong sign.",
        "upper left",
    )


def figure_2() -> Drawing:
    """Pion, muon and positron spectra of the local protons."""
    kinetic = np.geomspace(0.28, 1.0e5, 140)
    protons = interstellar(solved("ms98-08-005"), "proton")(kinetic)
    edges = production.meson_bins(CHARGED_PION_MASS, 1.0e4)
    weight = production.folding_weights(kinetic) * protons
    per_bin = weight @ np.array([meson_spectra.meson_spectrum(t, edges, inclusive.PION_PLUS) for t in kinetic])
    pion = 0.5 * (edges[1:] + edges[:-1])
    energy = np.geomspace(1.0e-3, 300.0, 160)
    muon_edges = MUON_MASS + np.geomspace(1.0e-3, 300.0, 100)
    muons = np.zeros(len(muon_edges) - 1)
    for ends, amount in zip(np.transpose(chain.muon_energy_range(pion)), per_bin, strict=True):
        meson_spectra.add_box(muon_edges, *ends, amount, muons)
    muon = 0.5 * (muon_edges[1:] + muon_edges[:-1])
    sheet = Sheet(("per hydrogen atom",), "energy [GeV]", "E^2 q [GeV s-1 per H atom]")
    sheet.line(pion, pion**2 * per_bin / np.diff(edges), "pi+", color="black")
    sheet.line(muon, muon**2 * muons / np.diff(muon_edges), "mu+", color=COLOURS["second"])
    curves = (("exact", "e+, polarised muon", "-"), ("isotropic", "e+, the lecture's triple integral", "--"))
    for option, words, style in curves:
        code = decay.option_code(option, 1)
        values = per_bin @ production.decay_matrix(pion, energy, code, -1)
        sheet.line(energy, energy**2 * values, words, color=COLOURS["positron"], ls=style)
    sheet.limits((1.0e-3, 300.0), (1.0e-29, 1.0e-25))
    return sheet.finished(
        "lecture-figure-2",
        "The three integrals one after the other, for the protons of model 08-005 on hydrogen: pions, the muons "
        "that they become (79 % of the energy), and positrons (26 %). Without the muon's polarisation, as the "
        "triple integral of the notes has it, <E_e>/E_pi is 0.2753 in place of 0.2646, and positrons above 1 GeV "
        "are 8 % too many.",
        "lower center",
    )


def figure_3() -> Drawing:
    """Leaky box: the balance of its terms and what is wrong with the printed line."""
    sheet = Sheet(
        ("terms of the positron balance", "destruction in the grammage form"),
        ("energy [GeV]", "grammage [g cm-2]"),
        ("share of the production", "n over X I / m"),
        (True, False),
    )
    grid = np.geomspace(0.05, 1.0e4, 600)
    kinetic = np.geomspace(0.28, 1.0e5, 140)
    table = production.lepton_table(kinetic, grid)
    rate = production.emissivity(table, interstellar(solved("ms98-08-005"), "proton")(kinetic)) * 0.3e6
    escape = leaky_box.escape_time_Myr(34.1 * np.maximum(grid, 4.4) ** -0.6, 0.3 * 1.44) * MEGAYEAR
    loss = losses.electron_radiative(grid, 1.29 + 0.4) + losses.electron_bremsstrahlung(grid, 0.3)
    loss = loss + losses.electron_ionisation(grid, 0.3)
    box = leaky_box.solve(grid, rate, escape, loss)
    seen = slice(0, 480)
    sheet.line(grid[seen], (box.density / escape / rate)[seen], "escape, N/tau", color=COLOURS["electron"])
    flow = -np.gradient(loss * box.density, grid) / rate
    sheet.line(grid[seen], flow[seen], "losses, -d(bN)/dE", color=COLOURS["positron"])
    sheet.line(grid[seen], (flow + box.density / escape / rate)[seen], "sum", color="black", lw=0.9)
    grammage = np.linspace(0.5, 20.0, 80)
    for cross_section, style in ((40.0, "-"), (200.0, "--")):
        ratio = leaky_box.secondary_density(1.0, grammage, cross_section) / leaky_box.secondary_density(1.0, grammage)
        sheet.line(grammage, ratio, f"{cross_section:g} mb", 1, ls=style, color=COLOURS["electron"])
    sheet.axes[1].set_xscale("linear")
    return sheet.finished(
        "lecture-figure-3",
        "Left: the diffusion-loss equation of a leaky box term by term for positrons (34.1 R^-0.6 g/cm2, constant "
        "below 4.4 GV, 0.3 H per cm3): escape takes 50 to 60 % of the production below 4 GeV, losses take over "
        "above and 88 % at 1 TeV; the terms add up to the production. Right: the printed result has n on both "
        "sides; solved, n = (X/m) I / (1 + sigma X/m), 11 % lower at 5 g/cm2 and 40 mb than without destruction.",
    )


def figure_4() -> Drawing:
    """The anomaly: falling secondaries and the measured rise."""
    sheet = Sheet(("positron fraction",), "energy [GeV]", "e+ / (e+ + e-)")
    energy = np.geomspace(0.5, 500.0, 160)
    models = (
        ("ms98-08-005", "delta 0.6", "-"),
        ("ms98-08-006", "delta 0.33, reacceleration", "--"),
        ("conventional", "delta 0.5, reacceleration", "-."),
    )
    for name, words, style in models:
        values = fraction_at_earth(solved(name), energy, 550.0)
        sheet.line(energy, values, f"secondary, {words}", color=COLOURS["positron"], ls=style)
    for name in ("ams02_posfraction", "pamela_posfraction", "fermi_posfraction"):
        sheet.points(measurement(name))
    sheet.limits((0.5, 600.0), (0.005, 0.5))
    return sheet.finished(
        "lecture-figure-4",
        "Secondary positrons of three models of propagation, with the model's own electrons, and the fraction that "
        "PAMELA, Fermi and AMS-02 measured. The secondary fraction falls because escape takes E^-delta from the "
        "secondaries, not because the protons lose energy; the data rise from 10 GeV on.",
        "lower left",
    )


def figure_5() -> Drawing:
    """Positrons of a nearby pulsar on top of the secondaries."""
    data = measurement("ams02_eplus")
    medium = pulsar.Medium()
    used = data.above(15.0)
    secondary = lambda e: at_earth(solved("conventional"), "positron", e, 550.0)  # noqa: E731

    def model(parameters, energy):
        scale, log_number, index = parameters
        burst = pulsar.Burst(pulsar.MONOGEM_DISTANCE_KPC, pulsar.MONOGEM_AGE_MYR, index, 10.0**log_number)
        return scale * secondary(energy), 0.5 * pulsar.intensity(energy, burst, medium)

    fit = least_squares(lambda q: (sum(model(q, used.x)) - used.y) / used.total, (1.0, 49.0, 1.8))
    scale, log_number, index = fit.x
    energy = np.geomspace(3.0, 1480.0, 240)
    parts = model(fit.x, energy)
    sheet = Sheet(("positrons",), "energy [GeV]", "E^3 J [GeV^2 m-2 s-1 sr-1]")
    words = f"secondary, x {scale:.2f}"
    for values, label, style in ((parts[0], words, "--"), (parts[1], "burst, e+", "-."), (sum(parts), "sum", "-")):
        sheet.line(energy, energy**3 * values, label, ls=style, color=COLOURS["positron"])
    sheet.points(data.above(3.0), power=3.0)
    sheet.limits((3.0, 2000.0), (0.1, 60.0))
    total, chi2 = pulsar_energy_J(log_number, index), 2.0 * fit.cost
    return sheet.finished(
        "lecture-figure-5",
        f"AMS-02 positrons as secondaries (model conventional, scaled by {scale:.2f}) and a burst like that of the "
        f"Monogem pulsar, 0.29 kpc and 0.11 Myr: index {index:.2f}, {total:.1e} J in pairs above 1 GeV; chi2 "
        f"{chi2:.0f} for {len(used.x)} points above 15 GeV and 3 parameters. The spectrum has to end at 1/(b0 t) = "
        "1.49 TeV. The fit shows that one pulsar can, not that this one does.",
        "lower left",
    )


def pulsar_energy_J(log_number: float, index: float, low: float = 1.0, high: float = 1.0e5) -> float:
    """Energy in pairs of Q0 E^-g between two energies.

    Parameters
    ----------
    log_number : float
        Decadic logarithm of Q0, pairs per GeV at 1 GeV.
    index : float
        g.
    low, high : float
        [GeV]

    Returns
    -------
    float
        [J]
    """
    power = 2.0 - index
    integral = math.log(high / low) if abs(power) < 1.0e-9 else (high**power - low**power) / power
    return 10.0**log_number * integral * 1.602176634e-10


def figure_6() -> Drawing:
    """Fermi's method: the Earth's field and shadow separate the charges."""
    sheet = Sheet(
        ("horizon, dipole equator", "towards the west"),
        ("azimuth of arrival from north over east [deg]", "dipole latitude [deg]"),
        "cutoff [GV]",
        (False, True),
    )
    radius = REFERENCE_RADIUS + 1.0e3 * FERMI_ALTITUDE_KM
    azimuth = np.linspace(0.0, 360.0, 181)
    for charge, colour, words in ((1.0, COLOURS["positron"], "positrons"), (-1.0, COLOURS["electron"], "electrons")):
        # A particle that arrives from azimuth A moves towards A + 180 deg: its velocity has the eastward cosine -sin A.
        east = -charge * np.sin(np.radians(azimuth))
        values = [stormer.cutoff_rigidity(EARTH_MOMENT, radius, 0.0, c) for c in east]
        sheet.line(azimuth, values, words, color=colour)
        latitude = np.linspace(-26.0, 26.0, 53)
        values = [stormer.cutoff_rigidity(EARTH_MOMENT, radius, math.radians(x), charge) for x in latitude]
        sheet.line(latitude, values, f"{words} from the west", 1, color=colour)
    west = [stormer.cutoff_rigidity(EARTH_MOMENT, radius, 0.0, s) for s in (1.0, -1.0)]
    return sheet.finished(
        "lecture-figure-6",
        "Stormer's cutoff at Fermi's altitude of 550 km in a dipole, the same function that filters cosmic rays "
        "over the radiation belt. Along the horizon at the equator positrons arrive from the west from "
        f"{west[0]:.1f} GV on and electrons only from {west[1]:.0f} GV on; from the east it is the other way round. "
        "Between the two curves a direction near the horizon holds one charge alone, since below its cutoff no "
        "orbit of the other leads anywhere but to the Earth: the Earth's field and shadow are the magnet that the "
        "telescope has not.",
        "upper right",
    )


FIGURES = writers(figure_1, figure_2, figure_3, figure_4, figure_5, figure_6)
