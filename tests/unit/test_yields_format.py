"""Yield tables with bins of angle and columns of their own, beside those with 30 equal bins and six mesons."""

import importlib.resources

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.physics import lepton_production, photon_production, yield_grids, yield_spectra, yield_tables
from mcbelt.physics.pion_production import COLUMNS, SPECIES

CELLS = np.array([0, 1, 3, 4, *range(8, 121, 4)])  # the first thirtieth cut in three bins


@pytest.fixture(scope="module")
def old():
    path = importlib.resources.files("mcbelt") / "data/yields/proton_N.npz"
    with path.open("rb") as file, np.load(file) as data:
        rows = [5, 6, -2, -1]  # four energies are enough
        return {key: data[key][rows] if data[key].shape[:1] == data["E_GeV"].shape else data[key] for key in data}


@pytest.fixture(scope="module")
def new(old):
    """The same yields, the first bin of angle shared out evenly over three, and something in every column."""
    pdf = old["pdf"].astype(float)
    first = pdf[..., :1] * np.diff(CELLS)[:3] / 4.0
    cut, extra = np.concatenate([first, pdf[..., 1:]], axis=3), len(COLUMNS) - len(SPECIES)
    return {
        **old,
        "pdf": np.concatenate([cut, *[cut[:, :3]] * 3], axis=1)[:, : len(COLUMNS)],
        "mult": np.concatenate([old["mult"], np.full((4, extra), 0.25)], axis=1),
        "mult_err": np.concatenate([old["mult_err"], np.full((4, extra), 0.01)], axis=1),
        "species": np.array(COLUMNS),
        "v_edges": CELLS,
    }


def test_uneven_bins_of_the_same_density_give_the_same_numbers(old, new):
    plain, cut = yield_tables.YieldTable(old), yield_tables.YieldTable(new)
    rng = np.random.default_rng(3)
    energies, cosines = rng.random(500) * 3.0, 1.0 - 2.0 * (rng.random(500) * 0.2) ** 2
    for T in (0.31, 400.0):
        wanted = plain.distribution(T, energies, cosines, "pi-")
        assert cut.distribution(T, energies, cosines, "pi-") == pytest.approx(wanted, rel=1e-12)
    edges = np.linspace(0.0, 12.0, 30)
    wanted = yield_grids.on_common_grid(plain, 400.0, 0, edges)
    assert yield_grids.on_common_grid(cut, 400.0, 0, edges) == pytest.approx(wanted, rel=1e-12, abs=1e-18)


def test_sampler_follows_uneven_bins(new):
    """Shares of bins of v, and evenness inside the widest of the first three (40 000 pions, five sigma)."""
    data = dict(new)
    uneven = data["pdf"].copy()
    uneven[..., 0] *= 2.0
    uneven[..., 2] *= 0.5
    data["pdf"] = uneven
    table = yield_tables.YieldTable(data)
    n = 40_000
    _, cosine = table.sample(500.0, "pi+", np.random.default_rng(6).random((n, 4))).T
    v = np.sqrt(0.5 * (1.0 - cosine))
    share = table.model.mass[-1, 0].sum(axis=0)
    found = np.histogram(v, CELLS / CELLS[-1])[0] / n
    assert np.all(np.abs(found - share) < 5.0 * np.sqrt(share / n) + 1e-12)
    inside = v[(v >= 1 / 120) & (v < 3 / 120)] * 120
    assert inside.mean() == pytest.approx(2.0, abs=5.0 * 0.577 / inside.size**0.5)


def test_spectra_know_the_edges(new, monkeypatch):
    """Numbers between angles inside one wide bin are those of a flat density in v."""
    tables = yield_tables.YieldTables(factors=False)
    monkeypatch.setitem(tables._read, ("proton", "N"), yield_tables.YieldTable(new))
    angles = 2.0 * np.arcsin(np.array([1.0, 2.0, 3.0, 4.0]) / 120.0)
    asked = yield_spectra.Bins(np.array([0.0, 1.0]), np.array([0.1, 400.0]), angles)
    found = yield_spectra.spectra(tables, "N", "proton", 500.0, ["pi+"], asked)["pi+"].d2n_dp_dangle[0] * np.diff(
        angles
    )
    assert found[1] == pytest.approx(found[0], rel=1e-9)  # halves of the bin 1-3
    assert found[2] == pytest.approx(found[0], rel=1e-2)  # a bin of its own, same density (float16)


def test_factors_act_on_pions_and_dalitz_electrons_alone(new):
    table = yield_tables.YieldTable(new, lambda name, T: np.full(T.shape, {"pi0": 3.0, "pi+": 2.0}.get(name, 1.0)))
    made = dict(zip(COLUMNS, table.model.multiplicity[-1], strict=True))
    assert made["e of Dalitz"] == 0.75
    assert made["pi+ of decays"] == made["gamma"] == made["e-"] == 0.25
    assert made["pi+"] == pytest.approx(2.0 * new["mult"][-1, 0])


def test_photons_and_electrons_of_decays(new):
    table = yield_tables.YieldTable(new)
    T, E = np.array([0.4, 500.0]), np.geomspace(1e-3, 500.0, 300)
    for made, names in (
        (yield_grids.photons_of_decays(table, T, E), ("gamma",)),
        (yield_grids.electrons_of_decays(table, T, E, 1), ("e+", "e of Dalitz")),
    ):
        wanted = sum(table.cross_section(T, name) for name in names)
        assert np.trapezoid(made.sum(axis=2), E, axis=1) == pytest.approx(wanted, rel=5e-3)
    assert yield_grids.pions_of_decays(table, -1) == [("pi- of decays", 0)]


def test_tables_without_the_columns_say_so(old):
    table = yield_tables.YieldTable(old)
    assert not table.has_decays
    assert yield_grids.pions_of_decays(table, 1) == []
    assert yield_grids.photons_per_pion(table) == 1.0
    with pytest.raises(PhysicsError, match="baked without decays"):
        table.cross_section(1.0, "gamma")
    with pytest.raises(PhysicsError, match="not tabulated"):
        table.cross_section(1.0, "tau")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"v_edges": np.array([0, 1, 3, 5, *range(8, 121, 4)])}, "30 equal ones"),
        ({"v_edges": CELLS[::-1]}, "30 equal ones"),
        ({"species": np.array(COLUMNS[:-1])}, "Bake it again"),
    ],
)
def test_bad_tables_are_refused(new, changed, words):
    with pytest.raises(PhysicsError, match=words):
        yield_tables.YieldTable({**new, **changed})


class _Only:
    """Yields that are one table, whatever is asked."""

    def __init__(self, table):
        self.table = lambda target, projectile: table


def test_leptons_of_decays_are_added(old, new, monkeypatch):
    """Each column of 0.25 a collision adds a quarter of a lepton: pions of decays, e+, electrons of Dalitz pairs."""
    T, E = np.array([500.0]), lepton_production.ELECTRON_ENERGIES
    found = {}
    for name, data in (("old", old), ("new", new)):
        table = yield_tables.YieldTable(data)
        monkeypatch.setattr(lepton_production, "yield_tables", lambda factors, shift, table=table: _Only(table))
        for kaons in (True, False):
            made, _, sigma = lepton_production._folded(T, E, "N", 1, "exact", False, "proton", kaons, 0.0)
            found[name, kaons] = np.trapezoid(made[0], E), sigma[0]
    collisions = float(table.sigma_inel(500.0))
    more = np.subtract(found["new", True], found["old", True])
    assert more == pytest.approx(np.full(2, 0.75 * collisions), rel=2e-2)  # nodes of E, as for the mesons
    assert found["new", False] == found["old", False]


def test_photons_of_decays_are_added(new, monkeypatch):
    """With a transfer that shares each pion out evenly the sum is that of both kinds of pi0, less Dalitz, and gamma."""
    table = yield_tables.YieldTable({**new, "E_GeV": np.array([0.2, 1.0, 10.0, 500.0])})
    monkeypatch.setattr(photon_production, "yield_tables", lambda factors, shift: _Only(table))
    E, T = photon_production.ANGULAR_ELECTRON_ENERGIES, lepton_production.PROJECTILE_ENERGIES[::2]
    cells = E.size * yield_tables.ANGLE_BINS
    monkeypatch.setattr(
        photon_production, "_transfer", lambda meson_bins: np.full((meson_bins * 30, cells), 1.0 / cells)
    )
    cosines = 2.0 * np.diff(np.linspace(0.0, 1.0, 31) ** 2)
    found = (photon_production.angular_photon_table.__wrapped__("N") * cosines).sum(axis=(1, 2))
    pions = table.cross_section(T, "pi0") + table.cross_section(T, "pi0 of decays")
    direct = yield_grids.photons_of_decays(table, T, E).sum(axis=(1, 2))
    assert found == pytest.approx(pions * (1.0 - 0.5 * 0.01174) + direct, rel=1e-3)  # pions below 1 MeV are not folded
