"""Spectra of one collision, as experiments bin them, against the tables that they are read from."""

import math

import numpy as np
import pytest

from mcbelt.constants import CHARGED_PION_MASS, PROTON_MASS
from mcbelt.physics import yield_spectra
from mcbelt.physics.nucleon_production import nucleon_yields
from mcbelt.physics.yield_tables import YieldTables

TABLES = YieldTables()


@pytest.mark.parametrize(("target", "projectile", "energy"), [("N", "proton", 30.0), ("He", "alpha", 1.7)])
def test_bins_keep_every_meson(target, projectile, energy):
    """Sums over bins are the multiplicity; slow pions below the first bin of momentum are few."""
    grid = yield_spectra.bins(projectile, energy)
    found = yield_spectra.spectra(TABLES, target, projectile, energy, ("pi+", "pi-"), grid)
    for name, one in found.items():
        assert one.multiplicity == pytest.approx(TABLES.table(target, projectile).multiplicity(energy, name), rel=1e-12)
        assert one.dn_dx @ np.diff(grid.x_edges) == pytest.approx(one.multiplicity, rel=1e-3)  # some are below 1 MeV
        by_angle = one.d2n_dp_dangle * np.diff(grid.p_edges)[:, None] * np.diff(grid.angle_edges)
        assert 0.98 * one.multiplicity < by_angle.sum() <= one.multiplicity


def test_a_narrow_bin_is_the_density_of_the_table():
    """d2n/(dp dangle) = n d2n/(dT dcos) beta sin(angle), away from edges of cells."""
    energy, p, angle = 11.1, 1.3, 0.31
    total = math.hypot(p, CHARGED_PION_MASS)
    grid = yield_spectra.bins("proton", energy)._replace(
        p_edges=p * np.array([1.0 - 1e-6, 1.0 + 1e-6]), angle_edges=angle * np.array([1.0 - 1e-6, 1.0 + 1e-6])
    )
    found = yield_spectra.spectra(TABLES, "N", "proton", energy, ("pi-",), grid)["pi-"]
    table = TABLES.table("N")
    density = table.distribution(energy, total - CHARGED_PION_MASS, math.cos(angle), "pi-") / table.sigma_inel(energy)
    assert found.d2n_dp_dangle[0, 0] == pytest.approx(density * p / total * math.sin(angle), rel=1e-4)


def test_nucleons_keep_their_number_and_energy():
    """At a tabulated energy: as many as the table has, in each of its own bins."""
    table = nucleon_yields("proton")
    place = int(np.argmin(abs(table.T_GeV - 30.0)))
    energy = float(table.T_GeV[place])
    grid = yield_spectra.bins("proton", energy)
    found = yield_spectra.spectra(TABLES, "N", "proton", energy, ("p", "n"), grid)
    for index, name in enumerate(("p", "n")):
        assert found[name].multiplicity == pytest.approx(table.number[place, index].sum(), rel=1e-9)
        inside = found[name].dn_dx @ np.diff(grid.x_edges)
        assert inside == pytest.approx(found[name].multiplicity, rel=1e-4)  # a neutron of all the energy is above x = 1
    edges = (table.x_edges * energy + PROTON_MASS) / (energy + PROTON_MASS)
    own = yield_spectra.spectra(TABLES, "N", "proton", energy, ("p",), grid._replace(x_edges=edges))["p"]
    assert own.dn_dx * np.diff(edges) == pytest.approx(table.number[place, 0].sum(axis=1), rel=1e-9)


def test_scaled_targets_are_nitrogen_with_a_wider_error():
    grid = yield_spectra.bins("proton", 30.0)
    carbon, nitrogen = (
        yield_spectra.spectra(TABLES, target, "proton", 30.0, ("pi+",), grid)["pi+"] for target in ("C", "N")
    )
    assert np.array_equal(carbon.dn_dx, nitrogen.dn_dx)
    assert carbon.relative_error**2 - nitrogen.relative_error**2 == pytest.approx(0.03**2)
    ratio = yield_spectra.inelastic_mb(TABLES, "C", "proton", 30.0) / yield_spectra.inelastic_mb(
        TABLES, "N", "proton", 30.0
    )
    assert ratio == pytest.approx((12.011 / 14.007) ** 0.7)


def test_inelastic_cross_section_of_carbon_at_31_gev():
    """NA61 (Abgrall et al. 2011, Phys. Rev. C 84, 034604): 257.2 +- 8.9 mb, quasi-elastic collisions counted."""
    assert yield_spectra.inelastic_mb(TABLES, "C", "proton", 30.06) == pytest.approx(257.2, abs=8.9)
