"""The bake of the yields, but for the generator: decays, bins, the plan, and tables out of job files that we write."""

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.physics import nucleon_production, yield_grids, yield_tables
from mcbelt.physics.pion_production import COLUMNS, SPECIES
from tools import job_files
from tools.bake import __main__ as door
from tools.bake import decays, histograms, meson_tables, nucleon_tables, particles, plan
from tools.bake.decays import Particles

CHARGE = {
    11: -1, 13: -1, 211: 1, 321: 1, 2212: 1, 3222: 1, 3112: -1, 3312: -1, 3334: -1, particles.FOLDED: 1,
}  # fmt: skip


def at_rest(code, n, momentum=(0.0, 0.0, 0.0)):
    return Particles(np.full(n, code), np.tile(np.asarray(momentum, float), (n, 1)), np.arange(n))


@pytest.mark.parametrize("code", [*sorted(particles.CHANNELS), -321, -3122])
def test_decays_conserve_momentum_energy_and_charge(code):
    momentum = np.array([100.0, -50.0, 2000.0])
    made = decays.decay_once(np.random.default_rng(3), at_rest(code, 200, momentum))
    whole = np.sqrt(momentum @ momentum + particles.MASS[abs(code)] ** 2)
    decayed = np.isin(np.arange(200), made.origin)
    assert decayed.mean() == pytest.approx(sum(c.fraction for c in particles.channels(code)), abs=0.12)  # 3.4 sigma
    charge = np.array([np.sign(c) * CHARGE.get(abs(c), 0) for c in (code, *made.code)])
    found = np.zeros((200, 5))
    energy = np.sqrt(np.sum(made.momentum**2, axis=1) + decays.masses(made.code) ** 2)
    np.add.at(found, made.origin, np.column_stack([energy, made.momentum, charge[1:]]))
    if code != 13:  # the neutrinos of a muon are left out
        found -= [whole, *momentum, charge[0]]
        assert np.abs(found[decayed]).max() < 1e-9  # [MeV], rounding


def test_mean_energies_of_products_at_rest():
    """Muons: 7/20 of the mass; three equal bodies: a third each; a particle and its antiparticle the same."""
    rng, n = np.random.default_rng(5), 40_000
    muons = decays.decay_once(rng, at_rest(13, n))
    energy = np.linalg.norm(muons.momentum, axis=1)
    spread = 0.5 * particles.MASS[13] * (8.0 / 15.0 - 0.49) ** 0.5  # of x from the moments of 2 x^2 (3 - 2 x)
    assert energy.mean() == pytest.approx(0.35 * particles.MASS[13], abs=4.0 * spread / n**0.5)
    three = decays.three_bodies(rng, 547.862, (134.9768,) * 3, n)
    each = np.sqrt(np.sum(three**2, axis=2) + 134.9768**2).mean(axis=1)
    assert each == pytest.approx(np.full(3, 547.862 / 3.0), abs=0.5)  # [MeV]; 30 MeV wide, so 3 sigma
    products = decays.decay_all(rng, at_rest(130, n))
    for code in (11, 211):
        one, other = (np.sum(products.code == c) / n for c in (code, -code))
        assert one == pytest.approx(other, abs=0.015)  # 4 sigma of 0.34 and 0.46 per kaon
    electrons = np.sum(np.abs(products.code) == 11) / n
    assert electrons == pytest.approx(2.0 * (0.20275 + 0.1352), abs=0.01)  # of K_e3 and, after the muon, of K_mu3


def test_kl3_electrons_follow_the_density():
    """Energies of the electron of K0L -> pi e nu against the density integrated over the neutrino's, in five bins."""
    rng, n, mass = np.random.default_rng(7), 40_000, particles.MASS[130]
    masses = (particles.MASS[211], particles.MASS[11], 0.0)
    made = decays.three_bodies(rng, mass, masses, n, lambda e: decays.kl3_density(mass, e, masses[1], masses[0]))
    energy = np.linalg.norm(made[1], axis=1)
    pion, electron = np.meshgrid(np.linspace(139.6, 268.4, 600), np.linspace(0.5, 229.3, 600), indexing="ij")
    neutrino = mass - pion - electron
    p = np.sqrt(np.maximum(pion**2 - masses[0] ** 2, 0.0))
    inside = (np.abs(electron - neutrino) < p) & (electron + neutrino > p) & (neutrino > 0.0)
    weight = inside * decays.kl3_density(mass, np.stack([pion, electron, neutrino]), masses[1], masses[0])
    edges = np.array([0.0, 60.0, 95.0, 125.0, 155.0, 240.0])
    wanted = np.histogram(electron, edges, weights=weight)[0] / weight.sum()
    found = np.histogram(energy, edges)[0]
    assert np.sum((found - n * wanted) ** 2 / (n * wanted)) < 23.5  # chi2 of 4, odds of 1e-4


def _integral(density_of, lepton, points=900):
    """Sum of a density over the Dalitz plot of K0L -> pi l nu on a grid of energies, by that of the lepton."""
    mass, pion_mass = particles.MASS[130], particles.MASS[211]
    top = (mass**2 + pion_mass**2 - lepton**2) / (2.0 * mass), (mass**2 + lepton**2 - pion_mass**2) / (2.0 * mass)
    axes = [np.linspace(low, high, points) for low, high in zip((pion_mass, lepton), top, strict=True)]
    pion, charged = np.meshgrid(*axes, indexing="ij")
    neutrino = mass - pion - charged
    p, q = (np.sqrt(np.maximum(e**2 - m**2, 0.0)) for e, m in ((pion, pion_mass), (charged, lepton)))
    inside = (np.abs(p - q) < neutrino) & (neutrino < p + q)
    weight = inside * density_of(mass, np.stack([pion, charged, neutrino]), lepton, pion_mass)
    return axes[1], weight.sum(axis=0) * np.diff(axes[0])[0] * np.diff(axes[1])[0]


def test_kl3_density_has_the_known_spectrum_and_ratio(monkeypatch):
    """Without slope dN/dx = x^2 (1 - x - r)^2/(1 - x), x = 2 E/M, r = m_pi^2/M^2, integrated over the pion's energy.

    With it the ratio of K_mu3 and K_e3 is the measured one, 0.2704/0.4055 (Particle Data Group 2022); the linear forms
    are good to 2 %.
    """
    electron, muon = particles.MASS[11], particles.MASS[13]
    (_, by_muon), (_, by_electron) = (_integral(decays.kl3_density, lepton) for lepton in (muon, electron))
    assert by_muon.sum() / by_electron.sum() == pytest.approx(0.2704 / 0.4055, rel=0.02)
    monkeypatch.setattr(decays, "_SLOPE", 0.0)
    energy, found = _integral(decays.kl3_density, electron)
    x, r = 2.0 * energy / particles.MASS[130], (particles.MASS[211] / particles.MASS[130]) ** 2
    wanted = x**2 * (1.0 - x - r) ** 2 / (1.0 - x)
    middle = (x > 0.1) & (x < 0.85)
    ratio = found[middle] / wanted[middle]
    assert ratio == pytest.approx(np.full(ratio.size, ratio.mean()), rel=0.01)  # steps of the grid


def test_dalitz_pairs_have_the_mass_of_kroll_and_wada():
    """Share of pairs above 20 and 60 MeV: the integral of the density over ln q^2."""
    n, mass = 40_000, particles.MASS[111]
    photon, *pair = decays.dalitz_pair(np.random.default_rng(9), mass, n)
    energy = sum(np.sqrt(np.sum(p**2, axis=1) + particles.MASS[11] ** 2) for p in pair)
    found = np.sqrt(energy**2 - np.sum((pair[0] + pair[1]) ** 2, axis=1))
    assert energy + np.linalg.norm(photon, axis=1) == pytest.approx(np.full(n, mass))
    q = np.geomspace(2.0 * particles.MASS[11], mass, 20_001)[1:-1]
    ratio = 4.0 * particles.MASS[11] ** 2 / q**2
    form = 1.0 + 0.0335 * (q / mass) ** 2
    density = (1.0 - (q / mass) ** 2) ** 3 * np.sqrt(1.0 - ratio) * (1.0 + 0.5 * ratio) * form**2
    for limit in (20.0, 60.0):
        wanted = density[q > limit].sum() / density.sum()
        assert np.mean(found > limit) == pytest.approx(wanted, abs=4.0 * (wanted / n) ** 0.5 + 0.001)


def test_bins_of_angle_hold_the_thirtieths_and_resolve_20_mrad():
    v = histograms.V_EDGES / histograms.V_EDGES[-1]
    assert np.all(np.isin(np.arange(31) * 8, histograms.V_EDGES))
    theta = 2.0 * np.arcsin(v)
    assert np.diff(theta)[theta[:-1] < 0.42].max() < 0.02
    number = np.random.default_rng(1).random((3, v.size - 1))
    coarse = meson_tables.coarse_angles(number)
    first = np.searchsorted(histograms.V_EDGES, np.arange(30) * 8)
    assert np.add.reduceat(coarse, first, axis=1) == pytest.approx(np.add.reduceat(number, first, axis=1))
    assert (coarse / np.diff(v))[:, 1] == pytest.approx((coarse / np.diff(v))[:, 0])  # flat in v inside


def test_counts_of_a_collision():
    """A pion in its bin; an eta, a Lambda and a K0L leave what they decay to; each pi0 its pair."""
    born = [(211, 30.0, 0.0, 2000.0), (111, 0.0, 0.0, 500.0), (221, 0.0, 10.0, 900.0), (3122, 5.0, 0.0, 1500.0)]
    counts, other = histograms.mesons(born * 40, "proton", 10.0, np.random.default_rng(2))
    by_name = dict(zip(histograms.ROWS, counts, strict=True))
    u, v = np.argwhere(by_name["pi+"])[0]
    kinetic = np.sqrt(30.0**2 + 2000.0**2 + 139.57**2) - 139.57
    assert u == int(60 * np.log(kinetic) / np.log(1e4))
    assert histograms.V_EDGES[v] <= 240 * np.sin(0.0075) < histograms.V_EDGES[v + 1]
    assert by_name["pi+"].sum() == 40
    assert by_name[histograms.DALITZ].sum() == 80
    assert (other["eta"], other["hyperons"], other["K0L"]) == (40, 40, 0)
    assert by_name["hyperons: pi-"].sum() + by_name["hyperons: pi0"].sum() == 40
    assert by_name["eta: pi+"].sum() == by_name["eta: pi-"].sum() > 0
    assert by_name["eta: gamma"].sum() > 0


def test_nucleons_of_a_collision():
    """A deuteron keeps its column, at its energy per nucleon; a Lambda gives a nucleon; slow ones are told."""
    deuteron = (1000010020, 0.0, 0.0, 2000.0)
    born = [deuteron, (2212, 0.0, 0.0, 30.0), (2112, 0.0, 0.0, -500.0), (3122, 0.0, 0.0, 3000.0)]
    counts, other = histograms.nucleons(born, "proton", 2.0, np.random.default_rng(2))
    p, n, d, t, he3, he4 = counts.sum(axis=(1, 2))
    assert (d, t, he3, he4) == (1, 0, 0, 0)
    assert n + p == 2
    assert (other["below"], other["hyperons"]) == (1, 1)
    x = (np.hypot(2000.0, 1875.61294) - 1875.61294) / 2.0 / 2000.0
    assert np.argwhere(counts[2])[0][0] == np.searchsorted(histograms.X_EDGES, x, side="right") - 1


def test_plan_reaches_what_is_asked_in_the_time_that_is_given():
    rates = plan.read_rates()
    jobs = plan.plan(rates, 6.0 * 3600.0)
    asked = [j for j in jobs if j.kind == "mesons" and j.projectile == "proton" and j.target in ("N", "O")]
    for target in ("N", "O"):
        for energy, models in plan.table_models("proton", target).items():
            own = {j.physics: plan.error_of(j) for j in asked if (j.target, j.energy) == (target, energy)}
            weights = plan.model_weights(energy, models)
            error = sum((w * own[m]) ** 2 for w, m in zip(weights, models, strict=True)) ** 0.5
            if 0.35 <= energy <= 5.0:
                assert error < 0.01
    batches = plan.batches(jobs)
    seconds = sum(job.seconds for job in jobs) + len(batches) * plan.START_S
    assert seconds < 6.0 * 3600.0
    parts = [(job.part_name(part)) for batch in batches for job, part in batch]
    assert len(set(parts)) == len(parts) == sum(job.parts for job in jobs)
    assert all(len({job.setup for job, _ in batch}) == 1 for batch in batches)
    short = plan.plan(rates, 3600.0)  # less than what is asked takes
    for one, other in zip(jobs, short, strict=True):
        asked_for = one.target == "O" and one.physics == "INCLXX" and plan.ASKED[0] < one.energy < plan.ASKED[1]
        assert other.events == one.events if asked_for else other.events <= one.events


def _record(**what):
    same = {"seed": 1, "events": 1000, "collided": 1000, "depth_sum_g_cm2": 8e4, "later_collisions": 0, "cpu_s": 1.0}
    return same | {"date": "2026-12-01", "other": {"eta": 3}, "projectile": "proton", "target": "N"} | what


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """Job files of two energies of p + N, two parts each, with random counts; (folder, counts by energy)."""
    monkeypatch.setattr(plan, "table_models", lambda projectile, target: {1.0: ["INCLXX"], 10.0: ["FTFP_BERT"]})
    rng, counts = np.random.default_rng(4), {}
    for energy, models in plan.table_models("proton", "N").items():
        counts[energy] = np.zeros((len(histograms.ROWS), 60, histograms.V_EDGES.size - 1))
        for part in range(2):
            made = rng.poisson(0.02, counts[energy].shape).astype(np.uint32)
            job_files.save(tmp_path, f"mesons-x-{energy}-{part}", made, _record(physics=models[0], energy_GeV=energy))
            counts[energy] += made
    return tmp_path, counts


def test_tables_are_made_of_job_files_and_read(counted, tmp_path):
    work, counts = counted
    out = tmp_path / "out"
    out.mkdir()
    left = meson_tables.assemble(work, out)
    assert len(left) == 8  # all but p + N
    with np.load(out / "proton_N.npz") as data:
        table = yield_tables.YieldTable(dict(data))
    assert table.has_decays
    assert table.provenance["parent_factors"]["eta'"] == 0.2
    for i, energy in enumerate((1.0, 10.0)):
        of = dict(zip(histograms.ROWS, counts[energy].sum(axis=(1, 2)) / 2000.0, strict=True))
        factors = meson_tables.parent_factors()
        photons = sum(factors[parent] * of[f"{parent}: gamma"] for parent in particles.PARENTS)
        made = dict(zip(COLUMNS, table.model.multiplicity[i], strict=True))
        assert made["K-"] == pytest.approx(of["K-"])
        assert made["gamma"] == pytest.approx(photons)
        assert made["e of Dalitz"] == pytest.approx(0.5 * 0.01174 * of["e of Dalitz"])
        assert table.multiplicity_error[i, 1] == pytest.approx((of["pi-"] / 2000.0) ** 0.5)
    # fine bins at 10 GeV, thirtieths at 1 GeV; float16
    wanted = counts[10.0][1] / counts[10.0][1].sum()
    assert table.model.mass[1, 1] == pytest.approx(wanted, rel=2e-3)
    density = table.model.mass[0, 1] / table.model.angle_cells
    assert density[:, :8] == pytest.approx(np.repeat(density[:, :1], 8, axis=1), rel=2e-3)
    # what is folded: sums over thirtieths and energies, and electrons without a pion between
    common = yield_grids.on_common_grid(table, 10.0, 1, np.linspace(0.0, 1.0, 4) * np.log(1e4))
    assert common.sum() == pytest.approx(1.0)
    assert common[:, 0].sum() == pytest.approx(wanted[:, :8].sum(), rel=2e-3)
    T, E = np.array([10.0]), np.geomspace(1e-4, 20.0, 200)
    found = np.trapezoid(yield_grids.electrons_of_decays(table, T, E, -1)[0].sum(axis=1), E)
    made = sum(float(table.cross_section(10.0, name)) for name in ("e-", "e of Dalitz"))
    assert found == pytest.approx(made, rel=5e-3)
    assert yield_grids.photons_per_pion(table) == pytest.approx(1.0 - 0.5 * 0.01174)


def test_tables_without_decays_are_the_six_mesons(counted, tmp_path):
    (tmp_path / "out").mkdir()
    meson_tables.assemble(counted[0], tmp_path / "out", decays=False)
    with np.load(tmp_path / "out/proton_N.npz") as data:
        table = yield_tables.YieldTable(dict(data))
    assert not table.has_decays
    assert table.model.multiplicity.shape == (2, len(SPECIES))
    assert not yield_grids.photons_of_decays(table, np.array([10.0]), np.geomspace(0.1, 1.0, 3)).any()
    with pytest.raises(PhysicsError, match="baked without decays"):
        table.multiplicity(2.0, "gamma")


def test_tables_of_nucleons_are_made_and_read(tmp_path, monkeypatch):
    """A light nucleus counts as its nucleons in `number`, and is kept in `nuclei`."""
    monkeypatch.setattr(nucleon_tables, "NUCLEON_ENERGIES", {"proton": np.array([0.01, 1.0])})
    counts = np.zeros((6, histograms.X_EDGES.size - 1, 30), np.uint32)
    counts[:, 40, 3] = (500, 400, 30, 20, 10, 60)
    for energy in (0.01, 1.0):
        record = _record(physics="INCLXX", energy_GeV=energy, other={"below": 2})
        job_files.save(tmp_path, f"nucleons-{energy}", counts, record)
    assert nucleon_tables.assemble(tmp_path, tmp_path) == []
    with np.load(tmp_path / "nucleons_proton_N.npz") as data:
        table = nucleon_production.read(dict(data))
    protons, neutrons = table.number[:, :, 40, 3].T
    assert protons == pytest.approx(np.full(2, 0.5 + 0.03 + 0.02 + 2 * 0.01 + 2 * 0.06))
    assert neutrons == pytest.approx(np.full(2, 0.4 + 0.03 + 2 * 0.02 + 0.01 + 2 * 0.06))
    assert table.nuclei[:, 3].sum() == pytest.approx(0.12)
    assert table.error[0, 0] == pytest.approx((500 + 30 + 20 + 4 * 10 + 4 * 60) ** 0.5 / 1000.0)
    with pytest.raises(PhysicsError, match="Bake"):
        nucleon_production.read({"species": np.array(["n", "p"])})


def test_what_the_help_names_is_there(tmp_path, monkeypatch, capsys):
    """`plan` prints energies, errors and time; `assemble` without jobs says what is missing, exit status 1."""
    for words in (["plan", "--hours", "3"], ["assemble", "--work", str(tmp_path), "--out", str(tmp_path / "new")]):
        monkeypatch.setattr("sys.argv", ["bake", *words])
        if words[0] == "assemble":
            with pytest.raises(SystemExit, match=r"proton\+N: .* energies missing"):
                door.main()
        else:
            door.main()
    told = capsys.readouterr().out
    assert "mesons INCLXX proton N" in told
    assert "CPU hours" in told
