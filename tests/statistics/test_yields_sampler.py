"""The sampler of mesons against the formula it samples. Fixed seeds; p > 1e-6 and 4 sigma, so a correct sampler fails
never.
"""

import numpy as np
import pytest
from scipy import stats

from mcbelt.physics import pion_production, yield_tables

DRAWS = 200_000


@pytest.mark.parametrize(
    ("projectile", "target", "energy", "species"),
    [
        ("proton", "N", 0.53, "pi+"),
        ("proton", "He", 0.8, "pi-"),
        ("proton", "Ar", 30.0, "K+"),
        ("alpha", "O", 7.0, "pi0"),
    ],
)
def test_sampled_energies_and_angles_follow_the_distribution(projectile, target, energy, species):
    table = yield_tables.YieldTables().table(target, projectile)
    drawn = table.sample(energy, species, np.random.default_rng(11).random((DRAWS, 4)))
    # Bins that do not fall on those of the table, so the density inside a bin is tested too.
    scale = np.log(energy) + table.model.log_scale
    meson_edges = 1e-3 * np.exp(np.linspace(0.0, 1.0, 18) * scale)
    v_edges = np.linspace(0.0, 1.0, 8)
    v = np.sqrt(0.5 * (1.0 - drawn[:, 1]))
    counts = np.histogram2d(drawn[:, 0], v, [meson_edges, v_edges])[0]
    assert counts.sum() == DRAWS
    u = (np.arange(17 * 60) + 0.5) / (17 * 60)
    w = (np.arange(7 * 30) + 0.5) / (7 * 30)
    density = table.distribution(energy, 1e-3 * np.exp(u * scale)[:, None], 1.0 - 2.0 * w**2, species)
    density *= 1e-3 * np.exp(u * scale)[:, None] * scale * 4.0 * w
    expected = density.reshape(17, 60, 7, 30).sum(axis=(1, 3))
    expected *= DRAWS / expected.sum()
    keep = expected > 10.0
    chi2 = np.sum((counts[keep] - expected[keep]) ** 2 / expected[keep])
    assert stats.chi2.sf(chi2, keep.sum() - 1) > 1e-6
    few, few_expected = counts[~keep].sum(), expected[~keep].sum()
    assert abs(few - few_expected) < 5.0 * np.sqrt(few_expected + 1.0)


def test_same_uniforms_same_meson():
    table = yield_tables.YieldTables().table("N")
    uniforms = np.random.default_rng(3).random((50, 4))
    assert np.array_equal(table.sample(1.3, "pi+", uniforms), table.sample(1.3, "pi+", uniforms))
    one = pion_production.sample_meson(table.model, 1.3, 0, uniforms[7])
    assert np.array_equal(one, table.sample(1.3, "pi+", uniforms[7:8])[0])
