"""Every mean of a result from a block made by hand: fluxes and their errors, ratios, ages, shares, quantiles, maps.

The sums are small whole numbers, so that each mean is known without the program; the two species, the looks, the bins
and the two sides of a map all have others.
"""

import itertools

import numpy as np
import pytest

from mcbelt.places.orbit import OrbitPlace
from mcbelt.sources.cosmic import adjoint, forward, origin_moments, origins
from mcbelt.sources.cosmic import fluxes as cosmic
from mcbelt.sources.cosmic.model import CosmicModel
from mcbelt.sources.trapped import block
from mcbelt.sources.trapped import fluxes as trapped
from mcbelt.sources.trapped.model import ShellModel, TrappedModel
from mcbelt.tally import BlockResult

SPECIES = ("positron", "electron")
N, SCORED = 64, 16  # histories, and how many of them scored, each the same
SIGMA = np.sqrt((N / SCORED - 1.0) / (N - 1.0))  # of a mean, over the mean: (Q/n - m^2)/(n - 1) with Q = S^2/SCORED
EDGES = np.array([0.1, 0.3, 0.5])  # [GeV]


def shell():
    """Two pitch-angle bins, two energy bins; W = 1 makes the volume of a bin its width."""
    alpha, energy = np.array([0.2, 0.6, 1.0, 1.2, 0.5 * np.pi]), np.geomspace(0.1, 2.0, 40)
    nodes, both = np.ones((5, 40)), np.ones((2, 5, 40))
    return ShellModel(
        alpha, energy, nodes, np.zeros(5), both, 0.0 * both, np.ones((2, 3, 5, 40)), np.ones(5), 0.0 * nodes,
        EDGES, np.array([0.2, 1.0, 0.5 * np.pi]), np.arange(2),
    )  # fmt: skip


def test_means_of_a_trapped_result():
    """Scores of a bin over histories: path (2, 4) of e+, ages twice and five times the path; ratio of means."""
    model = shell()
    path = np.arange(1.0, 9.0).reshape(2, 2, 2)  # charge, angle, energy
    age = path * np.array([[[2.0, 3.0], [4.0, 5.0]], [[6.0, 7.0], [8.0, 9.0]]])
    squares = path**2 / SCORED
    ring = 4.0 * np.pi * np.array([np.cos(0.2) - np.cos(1.0), np.cos(1.0)])
    over_all = np.einsum("a,qae->qe", ring, path / block.bin_volume(model))
    above = np.cumsum((over_all * np.diff(EDGES))[:, ::-1], axis=1)[:, ::-1]
    sums = {"path_length": path, "age": age, "path_length_product": path[0] * path[1] / SCORED}
    sums |= {"age_square": age**2 / SCORED, "age_product": age * path / SCORED}
    sums |= {"omnidirectional_square": over_all**2 / SCORED, "integral_square": above**2 / SCORED}
    merged = BlockResult(N, {"COOLED": N}, sums, {name: np.zeros_like(v) for name, v in sums.items()})
    merged.sums_of_squares["path_length"][:] = squares
    result = trapped.flux_dataset(None, TrappedModel(SPECIES, model, (), {}, {}), merged)
    volume = np.diff([0.2, 1.0, 0.5 * np.pi])[:, None] * np.diff(EDGES)
    assert block.bin_volume(model) == pytest.approx(volume, rel=1e-3)
    for q, name in enumerate(SPECIES):
        mean = path[q] / N / volume * 1e-3  # per MeV
        assert result[f"directional_flux_{name}"].values == pytest.approx(mean, rel=1e-3)
        assert result[f"directional_flux_{name}_sigma"].values == pytest.approx(SIGMA * mean, rel=1e-3)
        assert result[f"directional_flux_{name}_effective_histories"].values == pytest.approx(np.full((2, 2), SCORED))
        assert result[f"flux_{name}"].values == pytest.approx(mean[-1], rel=1e-3)
        assert result[f"flux_{name}_sigma"].values == pytest.approx(SIGMA * mean[-1], rel=1e-3)
        assert result[f"age_{name}"].values == pytest.approx(age[q] / path[q], rel=1e-12)
        omni = ring @ mean
        assert result[f"omnidirectional_flux_{name}"].values == pytest.approx(omni, rel=1e-3)
        # a history scores in both bins of pitch angle: errors add, not their squares
        assert result[f"omnidirectional_flux_{name}_sigma"].values == pytest.approx(SIGMA * omni, rel=1e-3)
        above = np.array([omni.sum(), omni[1], 0.0]) * 200.0  # bins of 200 MeV
        assert result[f"integral_flux_{name}"].values == pytest.approx(above, rel=1e-3)
        assert result[f"integral_flux_{name}_sigma"].values[:2] == pytest.approx(SIGMA * above[:2], rel=1e-3)
        assert result[f"age_{name}_sigma"].values == pytest.approx(np.zeros((2, 2)), abs=1e-6)  # all of one age
    assert result["ratio"].values == pytest.approx(path[0, -1] / path[1, -1], rel=1e-12)
    assert result["ratio_sigma"].values == pytest.approx([0.0, 0.0], abs=1e-12)  # e+ and e- of the same histories
    assert str(result["age_positron"].units) == "s"


def place():
    return OrbitPlace(3.7e5, 3.9e5, 0.9, 0.4, 0.0, 0.3, np.array([0.0, 0.0, 1.0]), np.zeros(3), np.zeros(0))


def backward_model():
    closure = adjoint.Closure(np.zeros(1), np.zeros(1), np.zeros((2, 1, 1)))
    model = adjoint.AdjointModel(None, place(), EDGES, closure)
    return CosmicModel("adjoint", model, np.array([0.2, 0.4]), np.array([[6.0, 8.0], [2.0, 4.0]]), {})


def backward_block():
    """Each of SCORED histories scores alike, e+ and e- in others.

    e+ are born at 25-30 km, e- at 60-65; half of the flux of e+ is short-lived, of e- a quarter.
    """
    flux = np.arange(1.0, 9.0).reshape(2, 2, 2)  # charge, look, energy
    sums = {"flux": flux, "flux_product": np.zeros((2, 2)), "open_flux": 0.25 * flux, "open_orbits": flux}
    altitude = np.zeros((2, 2, 2, len(origins.ALTITUDE_EDGES_KM) - 1))
    times = [np.zeros((2, 2, 2, len(origins.TIME_EDGES_S) - 1)) for _ in range(2)]
    births, ends = (np.zeros((2, 2, 2, 2, origins.LONGITUDES, origins.LATITUDES)) for _ in range(2))
    for q, share in ((0, 0.5), (1, 0.25)):
        altitude[q, ..., 1 if q == 0 else 8] = flux[q]
        times[0][q, ..., 6 + q] = times[1][q, ..., 20 + q] = flux[q]
        # longitude 40-50 E of e+, 260-270 E of e-; latitude 30-40 N and 20-10 S
        where, there = ((4, 12), (26, 7)) if q == 0 else ((26, 7), (4, 12))
        births[q, :, :, 0, *where], births[q, :, :, 1, *where] = share * flux[q], (1.0 - share) * flux[q]
        ends[q, :, :, 1, *there] = 0.5 * flux[q]
    sums |= {"birth_altitude": altitude, "residence_time": times[0], "lifetime": times[1]}
    sums |= {"birth_place": births, "absorption_place": ends}
    sums |= {"open_flux_square": (0.25 * flux) ** 2 / SCORED, "open_flux_product": 0.25 * flux**2 / SCORED}
    sums |= {"open_orbits_square": flux**2 / SCORED}
    sums |= {name: np.zeros((2, 2, len(origin_moments.PARTS))) for name in ("origin_square", "origin_product")}
    squares = {name: np.zeros_like(value) for name, value in sums.items()}
    squares["flux"] = flux**2 / SCORED
    return BlockResult(N, {"HEATED": N}, sums, squares), flux


def test_means_of_a_backward_result():
    merged, flux = backward_block()
    result = cosmic.flux_dataset(None, backward_model(), merged)
    for q, v in itertools.product(range(2), range(2)):
        name, look = SPECIES[q], ("", "_upward")[v]
        mean = flux[q, v] / N * 1e-3
        assert result[f"flux_{name}{look}"].values == pytest.approx(mean, rel=1e-12)
        assert result[f"flux_{name}{look}_sigma"].values == pytest.approx(SIGMA * mean, rel=1e-12)
        assert result[f"open_flux_share_{name}{look}"].values == pytest.approx([0.25, 0.25])
        assert result[f"open_orbit_share_{name}{look}"].values == pytest.approx(flux[q, v] / N)
    for v, look in enumerate(("", "_upward")):
        ratio = flux[0, v] / flux[1, v]
        assert result[f"ratio{look}"].values == pytest.approx(ratio, rel=1e-12)
        # scores of e+ and e- in other histories: their covariance is -m+ m-/(n - 1); widened for few histories
        error = ratio * np.sqrt((2.0 * SIGMA**2 + 2.0 / (N - 1.0)) / (1.0 - 2.0 / SCORED))
        assert result[f"ratio{look}_sigma"].values == pytest.approx(error, rel=1e-9)
    assert result["drift_averaged_flux_positron"].values == pytest.approx([6e-3, 8e-3])
    assert result["drift_averaged_flux_electron"].values == pytest.approx([2e-3, 4e-3])
    assert "drift_averaged_age_positron" not in result  # from orbit it is not known
    aged = backward_model()._replace(averaged_age=np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert cosmic.flux_dataset(None, aged, merged)["drift_averaged_age_electron"].values.tolist() == [3.0, 4.0]


def test_births_of_a_backward_result():
    """Quantiles inside the one bin that is filled, medians of times, shares of lives, shares that are absorbed."""
    merged, _ = backward_block()
    result = cosmic.flux_dataset(None, backward_model(), merged)
    for q, (name, lowest, short) in enumerate((("positron", 25.0, 0.5), ("electron", 60.0, 0.25))):
        for label, share in (("10", 0.1), ("50", 0.5), ("90", 0.9)):
            found = result[f"birth_altitude_{label}_{name}"].values
            assert found == pytest.approx(np.full(2, lowest + 5.0 * share), rel=1e-9)
        for tally, first in (("residence_time", 6), ("lifetime", 20)):
            edges = origins.TIME_EDGES_S[first + q : first + q + 2]
            assert result[f"{tally}_50_{name}"].values == pytest.approx(np.full(2, np.sqrt(edges.prod())), rel=1e-9)
        assert result[f"short_lived_share_{name}"].values == pytest.approx(np.full(2, short))
        assert result[f"absorbed_share_{name}"].values == pytest.approx(np.full(2, 0.5))


def test_maps_of_a_backward_result_are_no_mirror_images():
    """Births of e+ at 45 E, 35 N and their absorption at 95 W, 15 S; of e- the other way round; the life beside."""
    merged, _ = backward_block()
    result = cosmic.flux_dataset(None, backward_model(), merged)
    first, second = {"longitude": 45.0, "latitude": 35.0}, {"longitude": 265.0, "latitude": -15.0}
    for name, births, ends, short in (("positron", first, second, 0.5), ("electron", second, first, 0.25)):
        for kind, where, lives in (("birth", births, (short, 1.0 - short)), ("absorption", ends, (0.0, 1.0))):
            shares = result[f"{kind}_map_{name}"]
            assert float(shares.sum()) == pytest.approx(1.0)
            chosen = shares.sel(birth_longitude_deg=where["longitude"], birth_latitude_deg=where["latitude"])
            assert [float(chosen.sel(life=life)) for life in origins.LIVES] == pytest.approx(lives)


@pytest.mark.parametrize(
    ("longitude", "latitude", "m", "n"),
    [(5.0, 5.0, 0, 9), (45.0, 35.0, 4, 12), (-95.0, -15.0, 26, 7), (355.0, -85.0, 35, 0), (365.0, 85.0, 0, 17)],
)
def test_a_place_goes_to_its_own_cell(longitude, latitude, m, n):
    """Longitudes eastward from 0 in cells of 10 degrees, latitudes from the south: geographic degrees in, cell out."""
    found = origins.place_bin(np.radians(longitude), np.radians(latitude))
    assert divmod(found, origins.LATITUDES) == (m, n)


def test_means_of_a_forward_result():
    """Fluxes, and the account of energy: what is born, the ends, and the share that is not accounted for."""
    flux = np.arange(1.0, 5.0).reshape(2, 1, 2)
    account = np.zeros((2, len(forward.ACCOUNT)))
    account[:, 0] = 80.0, 160.0
    account[0, 1:] = 8.0 * np.array([4.0, 1.0, 2.0, 1.0, 0.5, 0.5, 0.5, 0.5])  # all of it
    account[1, 1:3] = 8.0 * np.array([10.0, 5.0])  # a quarter is missing
    sums = {"flux": flux, "energy_account": account, "flux_product": np.zeros((1, 2))}
    squares = {name: np.zeros_like(value) for name, value in sums.items()}
    squares["flux"] = flux**2 / SCORED
    model = forward.ForwardModel(None, None, None, (), EDGES)
    outer = CosmicModel("forward", model, np.array([0.2, 0.4]), np.ones((2, 2)), {})
    result = cosmic.flux_dataset(None, outer, BlockResult(N, {"COOLED": N}, sums, squares))
    for q, name in enumerate(SPECIES):
        assert result[f"flux_{name}"].values == pytest.approx(flux[q, 0] / N * 1e-3)
        assert result[f"energy_account_{name}"].values == pytest.approx(account[q] / N)
    assert float(result["energy_account_rest_positron"]) == pytest.approx(0.0, abs=1e-12)
    assert float(result["energy_account_rest_electron"]) == pytest.approx(0.25)
    assert tuple(result["account"].values) == forward.ACCOUNT
