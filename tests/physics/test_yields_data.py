"""Yields against measurements: EXFOR totals, angular distributions at 585 and 730 MeV, HARP-CDP at 3-12 GeV/c.

Carbon, the target of most experiments, is not shipped: tests/data/yields_check_C.npz was baked with it and takes the
factors of N.
"""

import collections
import csv
import functools
import pathlib

import numpy as np
import pytest

from mcbelt.constants import CHARGED_PION_MASS, PROTON_MASS
from mcbelt.physics import yield_factors, yield_tables

DATA = pathlib.Path(__file__).parent.parent / "data"
ELEMENT = {"1": "H", "6": "C", "7": "N", "8": "O", "18": "Ar"}


def rows(name):
    with open(DATA / name) as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@functools.lru_cache(maxsize=16)
def table(element, factors=True):
    if element != "C":
        return yield_tables.YieldTables(factors=factors).table(element)
    with np.load(DATA / "yields_check_C.npz") as data:
        shared = (lambda species, E: yield_factors.data_factor("proton", "N", species, E)) if factors else None
        return yield_tables.YieldTable(dict(data), shared)


def measured_totals(elements):
    """(element, energy [GeV], charge, sigma, error [mb]) from 250 MeV; deuterium (Z = 1, A = 2) is not a target of
    the program.
    """
    for row in rows("exfor_pion_total.csv"):
        element, energy = ELEMENT[row["Z"]], float(row["E_MeV"]) * 1e-3
        if (
            element in elements
            and energy >= 0.25
            and not (element == "H" and (row["A"] == "2" or row["charge"] == "-"))
        ):
            sigma = float(row["sigma_mb"])
            error = (
                float(row["err_mb"]) if row["err_mb"] else 0.123 * sigma
            )  # Crawford: the 12.3 % of its normalisation
            yield element, energy, row["charge"], sigma, error


def test_totals_after_normalisation_within_25_per_cent():
    points = list(measured_totals({"H", "N", "O", "Ar"}))
    assert len(points) > 160
    for element, energy, charge, sigma, _ in points:
        model = float(table(element).cross_section(energy, "pi" + charge))
        assert model == pytest.approx(sigma, rel=0.25), (element, energy, charge)


@pytest.mark.parametrize(
    ("energy", "sigma"), [(0.35, 0.60), (0.4, 1.46), (0.444, 2.58), (0.6, 10.3), (0.8, 17.5), (1.0, 18.7)]
)
def test_pi_plus_on_hydrogen_follows_the_sums_over_channels(energy, sigma):
    # pp -> pn pi+ and d pi+, VerWest and Arndt 1982, to 15 %; Geant4's own inelastic cross section fails below 0.5 GeV.
    assert float(table("H").cross_section(energy, "pi+")) == pytest.approx(sigma, rel=0.15)


def chi_square(elements, factors):
    """Chi2 and number of points, with 5 % added in quadrature for the normalisation of each experiment."""
    chi2, n = 0.0, 0
    for element, energy, charge, sigma, error in measured_totals(elements):
        model = float(table(element, factors).cross_section(energy, "pi" + charge))
        statistics = model * float(table(element, factors).relative_error(energy, "pi" + charge))
        chi2 += (model - sigma) ** 2 / (error**2 + (0.05 * sigma) ** 2 + statistics**2)
        n += 1
    return chi2, n


def test_factors_bring_chi2_near_one_a_point():
    chi2, n = chi_square({"H", "N", "O", "Ar"}, factors=True)
    bare, _ = chi_square({"H", "N", "O", "Ar"}, factors=False)
    assert chi2 < 1.5 * n
    assert bare > 5.0 * n  # the cascades alone are wrong by up to a factor of two


def test_carbon_totals_within_25_per_cent():
    # Not fitted: the cascade on carbon with the factors of nitrogen.
    points = list(measured_totals({"C"}))
    assert len(points) == 4
    for element, energy, charge, sigma, _ in points:
        model = float(table(element).cross_section(energy, "pi" + charge))
        assert model == pytest.approx(sigma, rel=0.25), (energy, charge)


def test_inelastic_cross_sections_against_measured_ones():
    # Carbon within 6 % of absorption measurements; He within 2 sigma of the only value; Trzaska's (pion counting)
    # left out.
    for row in rows("exfor_sigma_reaction.csv"):
        energy, sigma = float(row["E_MeV"]) * 1e-3, float(row["sigma_mb"])
        if (
            row["target"].startswith("6-C")
            and energy >= 0.25
            and row["first_author"] in ("P.U.RENBERG", "F.S.Dietrich")
        ):
            assert float(table("C").sigma_inel(energy)) == pytest.approx(sigma, rel=0.08)
        if row["target"].startswith("2-HE"):
            assert abs(float(table("He").sigma_inel(energy)) - sigma) < 2.0 * float(row["err_mb"])


def angular_ratios():
    """Model over data of d sigma/dOmega over the measured pion energies: {(experiment, element, charge, angle): ratio}.

    The model is averaged over +-7 degrees and +-15 % in pion energy, about the bins of the table, against its
    counting noise.
    """
    groups = collections.defaultdict(list)
    for row in rows("exfor_pion_ddx.csv"):
        key = (row["reference"], ELEMENT[row["Z"]], row["charge"], float(row["angle_deg"]), float(row["E_MeV"]) * 1e-3)
        groups[key].append((float(row["T_pi_MeV"]) * 1e-3, 1e3 * float(row["d2sigma_mb_sr_MeV"])))
    out = {}
    for (reference, element, charge, angle, energy), points in groups.items():
        if len(points) >= 4 and not (element == "H" and charge == "-"):
            meson, data = np.array(sorted(points)).T
            near = meson[:, None, None] * np.linspace(0.85, 1.15, 7)[:, None]
            cosines = np.cos(np.radians(angle + np.linspace(-7.0, 7.0, 7)))
            model = table(element).distribution(energy, near, cosines, "pi" + charge).mean(axis=(1, 2)) / (2.0 * np.pi)
            out[reference, element, charge, angle] = np.trapezoid(model, meson) / np.trapezoid(data, meson)
    return out


def test_angular_distributions_at_585_and_730_mev():
    # C and O: within 1.6 up to 90 degrees; behind 100 degrees (a fifth of the pions) the cascades make 0.3-0.9 of
    # what is measured. H (pp, two Bertini final states): too forward, 1.4 in front and 0.4-0.6 behind 90 degrees.
    ratios = angular_ratios()
    assert len(ratios) == 46
    for key, ratio in ratios.items():
        element, angle = key[1], key[3]
        if element == "H":
            low, high = (0.8, 1.6) if angle < 80.0 else (0.35, 1.0)
        else:
            low, high = (1.0 / 1.6, 1.6) if angle < 100.0 else (0.25, 1.2)
        assert low < ratio < high, key


def harp_ratios():
    """Model over data of HARP-CDP, summed over momentum: {(beam, charge, angle): ratio}."""
    groups = collections.defaultdict(list)
    for row in rows("harpcdp_pC_large_angle.csv"):
        groups[row["beam_GeVc"], row["charge"], float(row["theta_lo_deg"]), float(row["theta_hi_deg"])].append(row)
    out = {}
    for (beam, charge, low, high), bins in groups.items():
        energy = min(
            np.hypot(float(beam), PROTON_MASS) - PROTON_MASS, table("C").energies_GeV[-1]
        )  # rounded in the table
        cosines = np.cos(np.radians(np.linspace(low, high, 15)[1::2]))[:, None]
        model = data = 0.0
        for row in bins:
            edges = np.array([float(row["pT_lo"]), float(row["pT_hi"])]) / np.sin(
                np.radians(float(row["mean_theta_deg"]))
            )
            momentum = np.linspace(*edges, 11)[1::2]
            total = np.hypot(momentum, CHARGED_PION_MASS)
            density = table("C").distribution(energy, total - CHARGED_PION_MASS, cosines, "pi" + charge)
            model += np.mean(density * momentum / total) / (2.0 * np.pi) * (edges[1] - edges[0])
            data += float(row["d2sigma_dpdOmega_mb_per_GeVc_sr"]) * (edges[1] - edges[0])
        out[beam, charge, low] = model / data
    return out


def test_harp_cdp_large_angles():
    # Within 1.6, except pi- of 3 GeV/c behind 90 degrees, where the table has 0.4-0.5 of the measured value.
    ratios = harp_ratios()
    assert len(ratios) == 48
    for (beam, charge, angle), ratio in ratios.items():
        if (beam, charge) == ("3", "-") and angle >= 90.0:
            assert 0.3 < ratio < 0.65
        else:
            assert 1.0 / 1.6 < ratio < 1.6, (beam, charge, angle)


def harp_forward_ratios():
    """Model over data of HARP, p + C at 12 GeV/c, 30-240 mrad, 0.5-8 GeV/c: {(charge, lower angle in mrad): ratio},
    and of the sums over all bins {charge: ratio}.
    """
    energy = min(np.hypot(12.0, PROTON_MASS) - PROTON_MASS, table("C").energies_GeV[-1])
    sums = collections.defaultdict(lambda: np.zeros(2))
    for row in rows("harp_pC_forward.csv"):
        low, high = (np.cos(1e-3 * float(row[f"theta_{end}_mrad"])) for end in ("hi", "lo"))
        edges = np.array([float(row["p_lo_GeVc"]), float(row["p_hi_GeVc"])])
        cosines = low + (high - low) * (np.arange(7)[:, None] + 0.5) / 7.0
        momentum = np.linspace(*edges, 11)[1::2]
        total = np.hypot(momentum, CHARGED_PION_MASS)
        density = table("C").distribution(energy, total - CHARGED_PION_MASS, cosines, "pi" + row["charge"])
        model = np.mean(density * momentum / total) / (2.0 * np.pi)
        pair = np.array([model, float(row["d2sigma_dpdOmega_mb_per_GeVc_sr"])]) * (edges[1] - edges[0])
        sums[row["charge"], int(row["theta_lo_mrad"])] += pair
        sums[row["charge"]] += pair * (high - low)
    return {key: model / data for key, (model, data) in sums.items()}


def test_harp_forward_pions_at_12_gev():
    """FTFP makes more forward pions than HARP has: 1.2 (pi+) and 1.3 (pi-), held to 5 %; single angles 0.8-1.65.

    The errors of the data, summed over momentum, are 3-10 % per angle.
    """
    ratios = harp_forward_ratios()
    assert len(ratios) == 16
    total = {charge: ratios.pop(charge) for charge in ("+", "-")}
    assert all(0.75 < ratio < 1.7 for ratio in ratios.values())
    assert (total["+"], total["-"]) == pytest.approx((1.2, 1.3), rel=0.05)
