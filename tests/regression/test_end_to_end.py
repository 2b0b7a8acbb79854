"""Small campaigns from `init` to `compare`: what each command says is what the result holds, and physics holds in it.

That the numbers are the pinned ones is in `test_pins.py`, of the same results. Ratios of a few histories are held to
their sign alone, relations of the geometry to what the models round.
"""

import json
import math

import lives
import numpy as np
import pins
import pytest

from mcbelt.figures import bands, plots

BELT = [name for name in pins.CAMPAIGNS if not lives.is_galaxy(name)]
COSMIC = [name for name in BELT if name.startswith("cosmic")]
TRAPPED = [name for name in BELT if name not in COSMIC]
FOLLOWED = [name for name in COSMIC if lives.settings(name)["run"]["histories"] > 0]
OF = {  # test -> the campaigns that it reads; those that are not here read all
    "test_campaign_laid_over_ams01": list(lives.AS_AMS01),
    "test_campaign_of_the_galaxy": ["galaxy"],
    "test_budget_of_the_galaxy": ["galaxy"],
    "test_more_positrons_than_electrons": BELT,
    "test_cutoff_is_that_of_the_dipole": [name for name in COSMIC if name != "cosmic-paper"],
    "test_births_and_lives": FOLLOWED,
    "test_belt_of_trapped_protons": TRAPPED,
    "test_nominal_line_lies_in_its_band": TRAPPED,
    "test_shell_of_a_centred_dipole": ["table", "trapped-scan"],
    "test_shell_of_an_eccentric_dipole": ["cosmic-eccentric"],
}
RADIUS_KM, EQUATOR_KM = 6371.2, 6378.137  # of the field models, and of the ellipsoid
TESLA_METRE = 0.299792458  # GV


def numbers(values):
    """As `show --json` gives them: what is not finite is None."""
    return [value if math.isfinite(value) else None for value in values.tolist()]


# ---------------------------------------------------------------- every command


def test_check_names_the_physics_of_the_result(life):
    assert "in order" in life.told["init"]
    cases = life.cases()
    for result in cases.values():
        assert result.attrs["physics_hash"] in life.told["check"]
        assert int(result["fate_count"].sum()) == int(result.attrs["histories"])
    asked = lives.settings(life.name).get("run", {}).get("histories", 0)
    assert {int(result.attrs["histories"]) for result in cases.values()} == {asked}
    assert life.told["run"].count(f": {asked} histories (") == len(cases)
    found = json.loads(life.told["status"])["cases"]
    assert [case["state"] for case in found] == ["finished"] * len(cases)


def test_shown_numbers_are_those_of_the_file(life):
    for case, result in life.cases().items():
        shown = json.loads(life.told[f"show {case}"])
        for name in ("energy_MeV", "flux_positron", "flux_positron_sigma", "flux_electron", "ratio", "ratio_sigma"):
            assert shown[name] == numbers(result[name].values), (case, name)
        assert shown["flux_unit"] == result["flux_positron"].attrs["units"]
        table = life.told[f"table {case}"]
        assert all(f" {energy:.1f} " in table for energy in result["energy_MeV"].values)


def test_exported_table_is_that_of_the_file(life):
    """To the eight digits that are written; and the table that `plot` leaves is the same."""
    lines = life.exported()
    for name in ("energy", "flux_positron", "flux_electron", "ratio"):
        held = "energy_MeV" if name == "energy" else name
        expected = np.concatenate([result[held].values for result in life.cases().values()])
        assert [line[name] for line in lines] == pytest.approx(expected, rel=1e-7, nan_ok=True), name
    assert (life.results / "flux.csv").read_text() == life.told["export"]


def test_figures_are_drawn(life):
    drawn = life.told["plot"].splitlines()
    several = len(life.cases()) > 1
    wanted = ("cases.png", "cases.pdf") if several else ("flux_and_ratio.png", "flux_and_ratio.pdf")
    assert {"flux.csv", *wanted} <= {path.rsplit("/", 1)[-1] for path in drawn}
    for name in wanted:
        assert (life.results / name).stat().st_size > 10_000
    assert (life.results / "report.html").stat().st_size > 20_000


def test_campaign_laid_over_ams01(life):
    """Our columns are the result's where AMS-01 measured e-, 0.2-20 GeV; a fit of e+ up to 3 GeV, and none above."""
    for case, result in life.cases().items():
        stem = "compare_ams01" if len(life.cases()) == 1 else f"compare_ams01_{case.replace('/', '_')}"
        heading, *lines = (life.results / f"{stem}.csv").read_text().splitlines()[1:]
        columns = dict(zip(heading.split(","), np.loadtxt(lines, delimiter=",", ndmin=2).T, strict=True))
        energy = result["energy_MeV"].values * 1e-3
        held = energy > 0.2
        assert columns["energy_GeV"] == pytest.approx(energy[held], rel=1e-5)
        assert columns["flux_positron"] == pytest.approx(result["flux_positron"].values[held], rel=1e-5)
        assert np.array_equal(np.isfinite(columns["flux_positron_fit"]), energy[held] < 3.0)
        over = columns["flux_positron"] / columns["flux_positron_fit"]
        assert columns["flux_positron_over_fit"] == pytest.approx(over, rel=1e-4, nan_ok=True)


# ---------------------------------------------------------------- physics of all sources


def test_flux_falls_with_energy(life):
    """Everywhere, but in the Galaxy above 1 GeV, below which the Sun holds them off."""
    lowest = 1e3 if lives.is_galaxy(life.name) else 0.0
    for result in life.cases().values():
        for name in ("flux_positron", "flux_electron"):
            flux = result[name].values[result["energy_MeV"].values > lowest]
            assert len(flux) > 1
            assert np.all(np.diff(flux) < 0.0), name


def test_more_positrons_than_electrons(life):
    """Cosmic rays from the west and pi+ alone near threshold: 1.5 to 5 from cosmic rays, 5 and more trapped."""
    for result in life.cases().values():
        low, high = (1.5, 5.0) if life.name in COSMIC else (5.0, 25.0)
        assert np.all((result["ratio"].values > low) & (result["ratio"].values < high))


# ---------------------------------------------------------------- cosmic rays


def test_cutoff_is_that_of_the_dipole(life):
    """Vertical cutoff M / 4 r^2 with M = B0 (L R)^3: at r = L R on a shell, 80 km up from orbit."""
    shell = lives.settings(life.name)["shell"]["L"] * RADIUS_KM * 1e3
    r = shell if "flux_positron_upward" not in life.result else (RADIUS_KM + 80.0) * 1e3
    moment = float(life.result["B0_nT"]) * 1e-9 * shell**3
    assert float(life.result["vertical_cutoff_GV"]) == pytest.approx(TESLA_METRE * moment / (4.0 * r * r), rel=1e-6)


def test_births_and_lives(life):
    """Half are born where the air is a tenth to a thousandth of 100 g cm-2 deep; none is older than its life."""
    floor, top = (15.0, 4000.0)
    for name in ("positron", "electron"):
        low, half, high = (life.result[f"birth_altitude_{share}_{name}"].values for share in (10, 50, 90))
        assert np.all((floor < low) & (low < half) & (half < high) & (high < top))
        assert np.all(life.result[f"residence_time_50_{name}"] < life.result[f"lifetime_50_{name}"])
        if life.name != "cosmic-paper":  # at 684 km at its lowest, its charges meet thin air alone
            assert np.all((half > 40.0) & (half < 60.0))


def test_shell_of_an_eccentric_dipole(life):
    """493 km off, as Gusev et al. (2003) have it: over the anomaly the shell is lower by as much."""
    lowest = (lives.settings(life.name)["shell"]["L"] - 1.0) * RADIUS_KM - 493.0
    assert float(life.result["H_min_km"]) == pytest.approx(lowest, abs=1.0)


# ---------------------------------------------------------------- trapped protons


def test_belt_of_trapped_protons(life):
    """Drift-averaged flux over pitch angle, from the loss cone to 90 degrees; every history ends cooled or absorbed.

    AP8's protons crowd at the equator, and so do the e+-. The paper's one density and isotropic production give one
    flux. A user's protons are the same everywhere: production and loss go with the density, but synchrotron loss does
    not, and at the equator, in the thinnest air, it leaves the least at high energy.
    """
    asked = lives.settings(life.name)
    for result in life.cases().values():
        for name in ("positron", "electron"):
            flux = result[f"drift_averaged_flux_{name}"].values.sum(axis=0)
            if asked.get("preset") == "paper":
                assert flux[-1] == pytest.approx(flux[0], rel=1e-9)
            elif asked["source"]["kind"] == "table":
                assert flux[-1, -1] < 0.5 * flux[0, -1]
            else:
                assert np.all(flux[-1] > flux[0])
        assert set(result["fate"].values.tolist()) <= {"COOLED", "ABSORBED"}


def test_nominal_line_lies_in_its_band(life):
    """In every bin, as drawn; points are histories of the same equation, and lie about the line within their errors.

    Of 30 to 45 histories few bins have an error: 4 sigma there, and the 68 % interval widened fivefold elsewhere.
    """
    for result in life.cases().values():
        figure = plots.flux_and_ratio(result)
        held = [name for name in ("positron", "electron") if bands.band(result, bands.SHIFTS, name) is not None]
        for axis, symbols in zip(figure.axes, (["e⁺", "e⁻"], ["e⁺ / e⁻"]), strict=True):
            for symbol in symbols:
                (line,) = [each for each in axis.lines if each.get_label() == f"{symbol}, nominal"]
                shaded = [each for each in axis.collections if each.get_label() == f"{symbol}, 68 % systematic"]
                assert len(shaded) == bool(held)
                for band in shaded:
                    energy, value = line.get_data()
                    corners = np.concatenate([path.vertices for path in band.get_paths()])
                    for place, at in zip(energy[np.isfinite(value)], value[np.isfinite(value)], strict=True):
                        column = corners[corners[:, 0] == place, 1]
                        assert column.min() <= at <= column.max(), (symbol, place)
        for name in ("positron", "electron"):
            flux, nominal = result[f"flux_{name}"], result[f"nominal_flux_{name}"].values
            low, high = (result[f"flux_{name}_{end}"].values for end in ("low", "high"))
            known = np.isfinite(result[f"flux_{name}_sigma"].values)
            away = np.where(nominal > flux, (nominal - flux) / (high - flux), (flux - nominal) / (flux - low))
            assert np.all(away[known] < 4.0 * 1.1), name
            assert np.all(away[~known & np.isfinite(away)] < 5.0), name


def test_shell_of_a_centred_dipole(life):
    """H_min = L R less the radius of the equator; the loss cone is that of a mirror point 100 km up (flattening)."""
    for result in life.cases().values():
        radius = float(result["L_epoch"]) * RADIUS_KM
        assert float(result["H_min_km"]) == pytest.approx(radius - EQUATOR_KM, abs=0.01)
        cosine2 = (RADIUS_KM + 100.0) / radius  # of the latitude of the mirror point
        sine = math.sqrt(cosine2**3 / math.sqrt(4.0 - 3.0 * cosine2))
        assert float(result["loss_cone_deg"]) == pytest.approx(math.degrees(math.asin(sine)), abs=0.5)


# ---------------------------------------------------------------- the Galaxy


def test_campaign_of_the_galaxy(life):
    """Secondary e+ alone: their share falls from 1 to 100 GeV, and there are fewer than e-; protons are normalised."""
    fraction, momentum = life.result["positron_fraction"].values, life.result["momentum"].values
    inside = (momentum > 1.0) & (momentum < 100.0)
    assert np.all(np.diff(fraction[inside]) < 0.0)
    assert np.all(life.result["ratio"].values < 0.5)
    protons = np.exp(np.interp(math.log(10.0), np.log(momentum), np.log(life.result["intensity_proton"].values)))
    assert 25.0 < protons < 35.0  # 30 m-2 s-1 sr-1 GeV-1 at 10 GeV of energy
    rows = (life.results / "positron-fraction.csv").read_text()
    assert all(name in rows for name in ("galaxy", "AMS-02", "PAMELA"))


def test_budget_of_the_galaxy(life):
    """What is produced escapes, is destroyed, or leaves the energies of the grid; 1 % for the grid."""
    for name in ("proton", "helium", "positron", "electron_primary", "electron_secondary"):
        produced, *ends = life.result[f"budget_{name}"].values
        assert sum(ends) == pytest.approx(produced, rel=0.01), name
