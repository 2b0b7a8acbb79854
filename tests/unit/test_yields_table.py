"""Yield tables: what is in the files, what the doors refuse, how factors act, how energies between nodes are mixed."""

import importlib.resources
import math

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.physics import pion_production, yield_factors, yield_tables

PAIRS = [(p, t) for p, targets in yield_tables.TARGETS.items() for t in targets]


@pytest.fixture(scope="module")
def plain():
    return yield_tables.YieldTables(factors=False)


def test_shipped_tables_are_small():
    folder = importlib.resources.files("mcbelt") / "data/yields"
    total = sum(len(path.read_bytes()) for path in folder.iterdir())
    assert total < 5e6  # bytes; what the repository grants the tables


@pytest.mark.parametrize(("projectile", "target"), PAIRS)
def test_provenance_and_range(plain, projectile, target):
    table = plain.table(target, projectile)
    assert table.energies_GeV[0] == 0.2
    assert table.energies_GeV[-1] == 500.0
    assert len(table.energies_GeV) >= (40 if projectile == "proton" else 20)
    for key in ("generator", "models", "licence", "date", "cpu_s", "seed_rule"):
        assert table.provenance[key]
    jobs = table.provenance["jobs"]
    assert {job["E_GeV"] for job in jobs} == set(table.energies_GeV)
    assert all(job["events"] > 0 and job["seeds"] for job in jobs)
    if target in ("N", "O", "Ar") and projectile == "proton":
        weight = {(job["E_GeV"], job["physics"]): job["weight"] for job in jobs}
        assert weight[3.8, "INCLXX"] == pytest.approx((6.0 - 3.8) / 3.0, abs=1e-4)
        assert (6.0, "INCLXX") not in weight
        assert (3.0, "FTFP_BERT") not in weight


@pytest.mark.parametrize(("projectile", "target"), PAIRS)
@pytest.mark.parametrize("energy", [0.47, 1.0, 4.0, 60.0])
def test_integral_of_distribution_is_multiplicity_times_sigma(plain, projectile, target, energy):
    # The distribution is flat in (u, v) bins, so midpoints of the bins integrate it exactly; 1e-9 is rounding.
    table = plain.table(target, projectile)
    scale = math.log(energy) + table.model.log_scale
    u = (np.arange(60) + 0.5) / 60.0
    v = (np.arange(30) + 0.5) / 30.0
    meson, cosine = 1e-3 * np.exp(u * scale)[:, None], 1.0 - 2.0 * v**2
    jacobian = meson * scale * 4.0 * v / (60 * 30)
    for species in ("pi+", "pi-", "pi0", "K+"):
        total = np.sum(table.distribution(energy, meson, cosine, species) * jacobian)
        product = float(table.multiplicity(energy, species) * table.sigma_inel(energy))
        assert total == pytest.approx(product, rel=1e-9, abs=1e-12)


def test_values_between_nodes_are_mixed_as_stated(plain):
    table = plain.table("N")
    low, high = table.energies_GeV[12], table.energies_GeV[13]
    middle = math.sqrt(low * high)
    power = math.sqrt(float(table.multiplicity(low, "pi+") * table.multiplicity(high, "pi+")))
    assert float(table.multiplicity(middle, "pi+")) == pytest.approx(power, rel=1e-12)
    # The distribution is the mean of the neighbours' at the same u and v; the Jacobian takes u to T at each energy.
    u, cosine = 0.62, 0.3
    scaled = []
    for energy in (low, middle, high):
        scale = math.log(energy) + table.model.log_scale
        meson = 1e-3 * math.exp(u * scale)
        scaled.append(pion_production.double_differential(table.model, energy, meson, cosine, 0) * meson * scale)
    assert scaled[0] != scaled[2]
    assert scaled[1] == pytest.approx(0.5 * (scaled[0] + scaled[2]), rel=1e-9)
    mean = 0.5 * float(table.sigma_inel(low) + table.sigma_inel(high))
    assert float(table.sigma_inel(middle)) == pytest.approx(mean, rel=1e-12)


def test_no_meson_exceeds_the_projectile(plain):
    table = plain.table("O")
    uniforms = np.array([[0.3, 1.0 - 1e-12, 1.0 - 1e-12, 0.5]])
    assert table.sample(0.8, "pi+", uniforms)[0, 0] < 0.8


def test_production_below_the_table_is_zero_in_kernels_and_refused_at_the_door(plain):
    table = plain.table("He")
    assert pion_production.multiplicity(table.model, 0.19, 0) == 0.0
    assert pion_production.double_differential(table.model, 0.19, 0.02, 0.5, 0) == 0.0
    assert math.isnan(pion_production.multiplicity(table.model, 501.0, 0))
    assert math.isnan(pion_production.inelastic_cross_section(table.model, 0.19))
    assert math.isnan(pion_production.sample_meson(table.model, 501.0, 0, np.full(4, 0.5))[0])
    for energy in (0.19, 501.0, math.nan):
        with pytest.raises(PhysicsError, match=r"0\.2-500 GeV"):
            table.multiplicity(energy, "pi+")


def test_unknown_names_are_refused(plain):
    with pytest.raises(PhysicsError, match="proton on H, He, N, O, Ar"):
        plain.table("C")
    with pytest.raises(PhysicsError, match="alpha on He, N, O"):
        plain.table("Ar", "alpha")
    with pytest.raises(PhysicsError, match=r"one of pi\+, pi-"):
        plain.table("N").multiplicity(1.0, "eta")
    with pytest.raises(PhysicsError, match="no K"):
        plain.table("N").sample(0.3, "K-", np.full((1, 4), 0.5))


def test_factors_scale_pions_alone_and_can_be_switched_off_or_shifted(plain):
    # Between nodes a power law carries k, so the comparison is at a node.
    node = float(plain.table("N").energies_GeV[14])
    assert node == 0.6
    factored = yield_tables.YieldTables(factors=True).table("N")
    upper = yield_tables.YieldTables(factor_shift=1.0).table("N")
    for species in ("pi+", "pi-", "pi0"):
        k = yield_factors.data_factor("proton", "N", species, [node])[0]
        shifted = yield_factors.data_factor("proton", "N", species, [node], shift=1.0)[0]
        bare = float(plain.table("N").multiplicity(node, species))
        assert k != 1.0
        assert float(factored.multiplicity(node, species)) == pytest.approx(k * bare, rel=1e-12)
        assert float(upper.multiplicity(node, species)) == pytest.approx(shifted * bare, rel=1e-12)
        assert shifted > k
    assert np.array_equal(factored.model.multiplicity[:, 3:], plain.table("N").model.multiplicity[:, 3:])
    assert np.array_equal(factored.model.mass, plain.table("N").model.mass)


def test_spread_between_cascades():
    # Bertini makes more pi+ and fewer pi- than INCL++ at 0.8-2 GeV: 1.23 and 0.87 at 0.8 GeV, statistics 3 and 4 %.
    plus, minus = (yield_factors.bertini_over_inclxx("N", s, [0.8])[0] for s in ("pi+", "pi-"))
    assert plus == pytest.approx(1.23, abs=0.08)
    assert minus == pytest.approx(0.87, abs=0.12)
    with pytest.raises(PhysicsError, match="no cascade spread"):
        yield_factors.bertini_over_inclxx("He", "pi+", [0.8])


def test_every_shipped_pair_has_factors_with_uncertainties():
    for projectile, target in PAIRS:
        for species in ("pi+", "pi-", "pi0"):
            k = yield_factors.data_factor(projectile, target, species, [0.2, 1.0, 500.0])
            high = yield_factors.data_factor(projectile, target, species, [0.2, 1.0, 500.0], shift=1.0)
            assert np.all(k > 0.0)
            assert np.all(high > k)
    assert np.array_equal(yield_factors.data_factor("proton", "N", "K+", [1.0, 10.0]), [1.0, 1.0])


@pytest.mark.parametrize(
    ("target", "of_plus", "of_minus"), [("He", 0.009, 0.03), ("N", 0.03, 0.075), ("O", 0.03, 0.075)]
)
def test_statistical_error_of_pions_where_it_matters(plain, target, of_plus, of_minus):
    # The worst node of 0.35-5 GeV is the lowest; nodes are 8-16 % apart in energy, so a spectrum averages several.
    table = plain.table(target)
    energies = table.energies_GeV[(table.energies_GeV > 0.34) & (table.energies_GeV < 5.0)]
    assert np.max(table.relative_error(energies, "pi+")) < of_plus
    assert np.max(table.relative_error(energies, "pi-")) < of_minus


def test_charges_are_shared_as_isospin_says(plain):
    # An isoscalar nucleus hit by protons alone has one proton too many: pi+ > pi-, and 2 pi0 close to pi+ + pi-
    # (equal for an isoscalar projectile). INCL++ and Bertini keep that within 40 % below 10 GeV and 15 % at 100 GeV.
    for target in ("He", "N", "O"):
        table = plain.table(target)
        for energy, width in ((0.6, 0.4), (1.0, 0.4), (10.0, 0.2), (100.0, 0.15)):
            plus, minus, neutral = (float(table.multiplicity(energy, s)) for s in ("pi+", "pi-", "pi0"))
            assert plus > minus
            assert 2.0 * neutral / (plus + minus) == pytest.approx(1.0, abs=width)
    for target in ("He", "N", "O"):
        # alphas on isoscalar nuclei: charge symmetry, pi+ = pi- within the statistics (4 sigma of about 1 %) and 3 %
        # physics
        table = plain.table(target, "alpha")
        ratio = float(table.multiplicity(10.0, "pi+") / table.multiplicity(10.0, "pi-"))
        assert ratio == pytest.approx(1.0, abs=0.06)
    hydrogen = plain.table("H")
    assert float(hydrogen.multiplicity(0.5, "pi-")) == 0.0  # pp -> pi- needs two pions: 0.6 GeV
