"""Every advertised shell: what `check` passes can be run, what cannot be run is refused by `check` in a sentence.

The sweep is in steps of 0.01 in L, for each source, field and convention. By default what is asked of each shell is
what a preparation can fail by: where its drift path lies, what the map of protons holds, how far its air reaches. The
slow tests run the outermost shells that pass, and prepare the next ones, which `check` refuses.
"""

import itertools
import math
import os
from pathlib import Path

import numpy as np
import pytest
import xarray

from atmosphere.table import COARSE_STEP_KM, TOP_KM
from geomag import drift_shell as drift_shells
from geomag.constants import REFERENCE_RADIUS
from kernelcache import prepared
from mcbelt import fields, sources, surroundings
from mcbelt.campaign import file, kinds
from mcbelt.constants import ELECTRON_MASS, GV_TO_TESLA_METRE
from mcbelt.errors import ConfigError, PhysicsError
from mcbelt.figures import plots
from mcbelt.files import preparations
from mcbelt.physics import kinematics
from mcbelt.places import closed_shell
from mcbelt.sources.cosmic import prepare as cosmic
from mcbelt.sources.table import prepare as of_table
from mcbelt.sources.trapped import prepare, shells
from mcbelt.sources.trapped.settings import HIGHEST_L, LOWEST_L

RUNS = Path(__file__).parents[2] / "runs"
CONVENTIONS = ("epoch", "mcilwain", "paper")
TRACED = [name for name, entry in fields.FIELDS.items() if entry.shells]
PROTONS = "T_MeV,flux_m2_s_sr_MeV\n100,2.0\n1000,1.0\n10000,0.1\n"


def steps(low, high):
    """L in steps of 0.01, both ends."""
    return np.round(np.arange(round(100 * low), round(100 * high) + 1) / 100, 2).tolist()


def text(source, L=1.2, field="igrf", convention="epoch", date="1998-06-05", more=""):
    """A campaign as text; no table says the modulation of 2024."""
    phi = "phi_MV = 700.0\n" if source == "cosmic_rays" else ""
    return (
        f'kind = "belt"\nname = "reach"\n[shell]\nL = {L}\ndate = {date}\nfield = "{field}"\n'
        f'convention = "{convention}"\n'
        f'[air]\nf107 = 112.0\nf107a = 108.0\nap = 10.0\ntimes = "instant"\n[source]\nkind = "{source}"\n{phi}{more}'
    )


def case(source, tmp_path, **keys):
    """Its checked case."""
    more = 'spectrum_csv = "protons.csv"\n' if source == "table" else ""
    (tmp_path / "protons.csv").write_text(PROTONS)
    written = text(source, **({"more": more} | keys))
    return file.parse(written, tmp_path / "campaign.toml").cases[0].config


def at(config, L):
    """The same on another shell, as a scan would check it."""
    shell = config.shell.model_copy(update={"L": L})
    return config.model_copy(update={"shell": shell})


def passes(config):
    """What `check` says beforehand; None where it refuses, which it does in one sentence."""
    try:
        return sources.reach(config.source.kind)(config)
    except PhysicsError as error:
        told = str(error)
    assert told.endswith(".")
    assert "\n" not in told
    return None


@pytest.fixture
def coarse(monkeypatch):
    """Drift shells of few longitudes: the sweep is of a thousand."""
    whole = drift_shells.drift_shell
    monkeypatch.setattr(
        closed_shell, "drift_shell", lambda *given, **keys: whole(*given, **({"longitudes": 48} | keys))
    )
    closed_shell._equatorial.cache_clear()
    yield
    closed_shell._equatorial.cache_clear()


# The shells that pass in 2024 by the convention "epoch". AP8 begins at the altitude of its own L = 1.14, which IGRF
# reaches at 1.15, and ends at that of 1.5, a centred dipole's 1.43; a table needs H_min of 100 km and air.
OF_PROTONS = {
    "trapped_protons": {"igrf": (1.15, 1.5), "dipole": (1.14, 1.43), "eccentric": (1.16, 1.5)},
    "table": {"igrf": (1.11, 1.53), "dipole": (1.02, 1.62), "eccentric": (1.11, 1.53)},
}


@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("source", OF_PROTONS)
def test_shells_of_protons_that_pass_have_air_and_protons(source, tmp_path):
    low, high = (LOWEST_L, HIGHEST_L) if source == "trapped_protons" else (1.0, 2.0)
    for field, convention in itertools.product(TRACED, CONVENTIONS):
        config = case(source, tmp_path, field=field, convention=convention, date="2024-06-05")
        found = [L for L in steps(low, high) if passes(at(config, L)) is not None]
        assert np.all(np.diff(found) < 0.011), (field, convention)  # one piece
        assert convention != "epoch" or (found[0], found[-1]) == OF_PROTONS[source][field]
        for L in (found[0], found[-1]):
            own = at(config, L)
            shell, energy = closed_shell.equatorial(own.shell), prepare.energy_nodes(own.energy)
            assert shell.H_min_km > shells.ABSORPTION_ALTITUDE_KM
            assert shell.H_max_km < TOP_KM
            reached = shells.air_top_km(shell, energy)
            gyration = 1e6 * GV_TO_TESLA_METRE * kinematics.momentum(energy[-1], ELECTRON_MASS) / shell.B0_nT
            assert shell.H_max_km + gyration < reached
            assert (reached - TOP_KM) % COARSE_STEP_KM == 0.0


# The first L at which the piece of the shell lies above the floor, and the last at which the shell is open.
OF_COSMIC_RAYS = {
    "igrf": (1.0, 1.09),
    "dipole": (1.01, 1.01),
    "eccentric": (1.06, 1.1),
    "paper_eccentric": (1.05, 1.09),
}


@pytest.mark.parametrize("place", ["shell", "orbit"])
@pytest.mark.parametrize("field", OF_COSMIC_RAYS)
def test_shells_of_cosmic_rays_that_pass_lie_in_the_air(place, field, tmp_path):
    config = case("cosmic_rays", tmp_path, field=field, date="2024-06-05", more=f'[place]\nkind = "{place}"\n')
    told = {L: passes(at(config, L)) for L in steps(1.0, 2.0)}
    found = [L for L, words in told.items() if words is not None]
    open_shells = [L for L in found if told[L]]
    assert np.all(np.diff(found) < 0.011)
    assert 1.52 <= found[-1] <= 1.63
    if place == "orbit":
        assert (found[0], open_shells) == (1.0, [])
    else:
        assert (found[0], open_shells[-1]) == OF_COSMIC_RAYS[field]
        assert open_shells == found[: len(open_shells)]


@pytest.mark.parametrize(
    ("source", "field", "L", "parts"),
    [
        ("trapped_protons", "igrf", 1.14, ("L = 1.14 (epoch) in 2024-06-05, H_min 361 km", "AP-8", "L = 1.14", "CSV")),
        ("table", "igrf", 1.08, ("comes down to -3", "nothing is stably trapped below 100 km", "Give a larger L")),
        ("table", "igrf", 1.6, ("goes up to 44", "the air is known to 4000 km", "Give a smaller L")),
        ("cosmic_rays", "eccentric", 1.0, ("comes down to -", "orbits end at 15 km", "Give a larger L")),
        ("cosmic_rays", "igrf", 1.6, ("goes up to 44", "the air is known to 4000 km", "Give a smaller L")),
    ],
)
def test_what_is_said_of_a_shell_that_cannot_be(source, field, L, parts, tmp_path):
    """The only sentence of a scan in which one shell is out of range."""
    case(source, tmp_path)
    more = 'spectrum_csv = "protons.csv"\n' if source == "table" else ""
    more += f'[scan]\n"shell.L" = [1.3, {L}]\n'
    read = file.parse(text(source, field=field, date="2024-06-05", more=more), tmp_path / "campaign.toml")
    with pytest.raises(ConfigError) as refused:
        kinds.require_complete(read)
    told = str(refused.value)
    assert told.startswith(f"{tmp_path / 'campaign.toml'} (case L={L}): ")
    assert told.count("\n") == 0
    for part in parts:
        assert part in told


def test_a_table_that_cannot_be_read_is_refused(tmp_path):
    config = case("table", tmp_path)
    (tmp_path / "protons.csv").write_text("T_MeV,flux\n1,2\n")
    with pytest.raises(PhysicsError, match=r"protons\.csv"):
        sources.reach("table")(config)


def test_an_open_shell_is_told_of(tmp_path):
    """L = 1.08 in 2024 comes down 34 km into the ground; 1.12 comes down to 230 km."""
    config = case("cosmic_rays", tmp_path, date="2024-06-05")
    (words,) = passes(at(config, 1.08))
    assert words == "open shell, H_min -34 km: nothing drifts around: e+- seen here were born since the anomaly."
    assert passes(at(config, 1.12)) == ()


@pytest.mark.parametrize("highest", [0.5, 3.0, 12.0])
def test_air_rigidities_reach_the_highest_energy(highest):
    energy = np.geomspace(0.01, highest, 240)
    nodes = shells.air_rigidities(energy)
    assert nodes[: len(shells.AIR_RIGIDITIES)].tolist() == shells.AIR_RIGIDITIES.tolist()
    assert (len(nodes) == len(shells.AIR_RIGIDITIES)) == (highest < 3.2)
    assert nodes[-1] > kinematics.momentum(highest, ELECTRON_MASS)
    np.testing.assert_allclose(nodes[1:] / nodes[:-1], nodes[1] / nodes[0], rtol=1e-12)


@pytest.mark.parametrize(("highest_km", "nodes"), [(0.0, 6), (1090.0, 6), (1110.0, 7), (2400.0, 9), (3990.0, 10)])
def test_closure_of_open_orbits_reaches_the_places_they_start_from(highest_km, nodes, monkeypatch):
    """And places below 1100 km have the six altitudes that they always had."""
    around = surroundings.without_air(case_of_cosmic_rays().shell)
    radii = []

    def flux(path, *given):
        radii.append(float(path.radius[0]))
        return (1.0, 0.0)

    monkeypatch.setattr(cosmic.sinking, "flux", flux)
    closure = cosmic.closure_of(0.1, around, None, None, 1e3 * highest_km)
    assert closure.lowest[:6].tolist() == [1e5, 1.5e5, 2.5e5, 4e5, 7e5, 1.1e6]
    assert (closure.flux.shape, len(closure.lowest)) == ((2, nodes, 9), nodes)
    assert closure.lowest[-1] >= min(1e3 * highest_km, 3.9e6)
    if nodes > 6:  # the widest gyration touches the highest altitude: its radius is that of the field up there
        centre = REFERENCE_RADIUS + closure.lowest[-1] + cosmic.dipole_offset(around.dipole)
        field = surroundings.dipole_moment(around.dipole) / centre**3
        assert max(radii) == pytest.approx(centre + GV_TO_TESLA_METRE * 8.0 / field, rel=0.01)


def case_of_cosmic_rays():
    return file.parse(text("cosmic_rays"), Path("campaign.toml")).cases[0].config


def test_figures_say_what_a_flux_on_the_shell_means():
    about = {"physics_json": "{}", "histories": 3}
    opened, closed = (xarray.Dataset(attrs=about | closed_shell.attributes(H)) for H in (79.9, 80.1))
    assert plots.subtitle(opened).splitlines()[1] == f"open shell, H_min 80 km: {closed_shell.OPEN}"
    assert plots.subtitle(closed).splitlines()[1] == "closed shell, H_min 80 km"
    assert plots.subtitle(xarray.Dataset(attrs=about)) == "3 histories"  # a result of before says nothing
    assert closed_shell.attributes(math.nan) == {}


RUN = "[energy]\nbins = 3\n[run]\nhistories = {}\nblock_size = 10\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "L"),
    [
        ("trapped_protons", 1.15),
        ("trapped_protons", 1.42),
        ("trapped_protons", 1.45),
        ("trapped_protons", 1.5),
        ("table", 1.11),
        ("table", 1.53),
        ("cosmic_rays", 1.0),
        ("cosmic_rays", 1.53),
    ],
)
def test_the_outermost_shells_run(source, L, tmp_path):
    """Those that the sweep passes, in 2024; 1.42 and 1.45 lie where gyrations leave 4000 km."""
    more = table = 'spectrum_csv = "protons.csv"\n' if source == "table" else ""
    more += RUN.format(10 if source == "cosmic_rays" else 40)  # full orbits take longer
    (tmp_path / "protons.csv").write_text(PROTONS)
    read = file.parse(text(source, L=L, date="2024-06-05", more=more), tmp_path / "campaign.toml")
    (words,) = list(kinds.require_complete(read).values()) or [()]
    assert [each.partition(",")[0] for each in words] == (
        ["open shell"] if L == 1.0 else ["the table of protons ends at 10000 MeV; there are none above."] * bool(table)
    )
    found = kinds.run(read)
    assert found.attrs["shell"] == ("open" if L == 1.0 else "closed")
    names = ["flux_positron", "flux_electron", "drift_averaged_flux_positron"]
    if L == 1.0:  # its guiding centres go through the ground: no drift is whole, and the drift average says so
        assert np.isnan(found[names.pop()]).all()
    for name in names:
        assert np.isfinite(found[name]).all(), name
        assert (found[name] >= 0.0).all(), name
        assert (found[name] > 0.0).any(), name


@pytest.mark.slow
@pytest.mark.parametrize(("source", "L"), [("trapped_protons", 1.14), ("table", 1.1), ("table", 1.54)])
def test_the_next_shells_cannot_be_prepared(source, L, tmp_path):
    """`prepare` refuses them in the words of `check`."""
    config = case(source, tmp_path, date="2024-06-05", L=L)
    assert passes(config) is None
    with pytest.raises(PhysicsError):
        sources.part(source, "prepare").prepare(config)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in RUNS.glob("*/campaign.toml")))
def test_campaigns_that_ship_pass_check(name):
    """Every shell of them can be computed, as far as can be told before the preparation."""
    kinds.require_complete(file.read(RUNS / name))


COSMIC_ALONE = (  # of [source]: the first collision by itself, lives of a few drifts
    "cascade = false\nneutral_pions = false\nradiated_photons = false\nmuon_flight = false\ntime_limit_s = 0.01\n"
)
WHOLE = "[energy]\nmin_MeV = 20.0\nmax_MeV = 400.0\nbins = 2\n[run]\nhistories = 2\nblock_size = 2\n"


@pytest.fixture
def coarser(monkeypatch, tmp_path):
    """Tables of few nodes by the same calls, without members of the band; what is the same on every shell is made once.

    Members are made on the outermost shells, above.
    """
    mirroring = shells._mirroring
    monkeypatch.setattr(shells, "_mirroring", lambda field, B0, alpha, _: mirroring(field, B0, alpha, 36))
    monkeypatch.setattr(shells, "PITCH_ANGLES", 4)
    monkeypatch.setattr(prepare, "ENERGY_NODES", 24)
    monkeypatch.setattr(prepare, "MEMBERS", ())
    monkeypatch.setattr(of_table, "MEMBERS", ())
    monkeypatch.setattr(cosmic, "MAP_ALTITUDES_KM", (20, 60, 100, 400, 2500))
    with prepared.kept_in(preparations.Entries(tmp_path / "prepared", 10**9)):
        yield


def _whole(config):
    """A campaign from its preparation to its fluxes."""
    made = kinds.simulation(config)
    model = made.prepare(config)
    return made.flux_dataset(config, model, made.run_block(model, config.run.seed, 0, config.run.histories))


@pytest.mark.slow
@pytest.mark.usefixtures("coarser")
@pytest.mark.parametrize(
    ("source", "field"), [*itertools.product(OF_PROTONS, TRACED), *itertools.product(("cosmic_rays",), OF_COSMIC_RAYS)]
)
def test_every_shell_that_passes_runs(source, field, tmp_path):
    """In steps of 0.01: prepared, two histories followed, fluxes written; and what is refused cannot be prepared.

    Of cosmic rays, whose shells take over 12 minutes of processor a field, every tenth; MCBELT_EVERY_SHELL=1 in the
    environment takes all.
    """
    more = {"table": 'spectrum_csv = "protons.csv"\n', "cosmic_rays": COSMIC_ALONE}.get(source, "")
    config = case(source, tmp_path, field=field, date="2024-06-05", more=more + WHOLE)
    low, high = (LOWEST_L, HIGHEST_L) if source == "trapped_protons" else (1.0, 2.0)
    every = 10 if source == "cosmic_rays" and not os.environ.get("MCBELT_EVERY_SHELL") else 1
    for L in steps(low, high)[::every]:
        own = at(config, L)
        if passes(own) is None:
            if source in OF_PROTONS:  # of cosmic rays the orbits would fail, each by itself
                with pytest.raises(PhysicsError):
                    sources.part(source, "prepare").prepare(own)
            continue
        found = _whole(own)
        for name in ("flux_positron", "flux_electron"):
            assert (found[name] >= 0.0).all(), (L, name)  # and numbers
