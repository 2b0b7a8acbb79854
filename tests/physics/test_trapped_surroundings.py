"""Members of the trapped band that belong to the surroundings: each against what its factor or field says by hand.

On a coarse grid of energies, in the air of one moment; free electrons are on.
"""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from atmosphere.altered import altered, of_element
from geomag.drift_shell import drift_shell
from geomag.field import CentredDipole, Igrf
from mcbelt.papers.gusev2003.trapped_spectra import belt_case
from mcbelt.physics import electromagnetic
from mcbelt.sources.trapped import members, prepare, primaries, shells, surroundings_members
from mcbelt.sources.trapped.model import ELECTRON, POSITRON
from mcbelt.systematics.varied import varied_models

DIPOLE = {"shell.field": "dipole", "shell.L": 1.15, "air.times": "instant"}


@pytest.fixture(scope="module")
def nominal():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepare, "ENERGY_NODES", 24)
        yield prepare.nominal_model(belt_case("full", **DIPOLE), primaries.protons)


@pytest.fixture(scope="module")
def variants(nominal):
    return varied_models(members.OF_THE_AIR, nominal)[1]


def test_every_member_is_there_on_both_sides(variants):
    both = [
        f"{name}_{side}" for name in ("hydrogen", "helium", "oxygen", "exobase_temperature") for side in ("low", "high")
    ]
    assert sorted(variants) == sorted([*both, "nrlmsise_00"])


@pytest.mark.parametrize(("name", "element", "factor"), [("hydrogen", 0, 2.0), ("helium", 1, 1.3), ("oxygen", 3, 1.15)])
def test_an_element_grows_by_its_share(nominal, variants, name, element, factor):
    """Low energies, narrow gyrations: density by 1 + share (factor - 1), the share met likewise; 0.5 %."""
    share = nominal.target.fractions[:, element]
    for side, by in (("high", factor), ("low", 1.0 / factor)):
        found = variants[f"{name}_{side}"].density[:, 0] / nominal.shell.density[:, 0]
        assert found == pytest.approx(1.0 + share * (by - 1.0), rel=5e-3)


def test_free_electrons_are_as_many_in_another_air(nominal, variants):
    """Their loss is per kg of air, so what they add per path is what it was; their targets too."""
    assert nominal.electrons is not None
    other = variants["hydrogen_high"]
    path = nominal.shell.density * (nominal.shell.loss - nominal.electrons.air_alone.loss)[ELECTRON]
    atoms = electromagnetic.electrons_per_kg(nominal.target.fractions[-1])
    free = (nominal.shell.targets - 1.0) * nominal.shell.density
    assert (path > 0.0).all()
    base = other.targets - free / other.density  # those of its atoms, over those of the nominal air
    assert base == pytest.approx(base[0, 0], rel=1e-9)
    assert base[0, 0] > 1.0  # hydrogen has two electrons where others have one
    assert atoms > 0.0


def test_an_air_of_more_hydrogen_makes_more_positrons_per_kilogram(nominal, variants):
    """p p makes pi+ alone near its threshold, and has the most nuclei per kg."""
    before, after = (shell.source[:, :, -1].sum(axis=1) for shell in (nominal.shell, variants["hydrogen_high"]))
    assert (after[POSITRON, :8] > before[POSITRON, :8]).all()
    assert (after[ELECTRON, :8] < before[ELECTRON, :8]).all()


def test_thin_means_give_the_ratio_of_whole_ones(nominal):
    """Ratio of the mean densities of two airs at 90 degrees and the next shell, all energies: 0.1 %."""
    given, some = nominal.given, nominal.given.shells[-2:]
    other = altered(nominal.air, of_element("O", 1.5))
    whole = [shells.mean_air(given.config.air, some, each, given.energy).density for each in (other, nominal.air)]
    thin_shells = shells.ThinShells(some, given.energy)
    thin = [thin_shells.density(each) for each in (other, nominal.air)]
    assert thin[0] / thin[1] == pytest.approx(whole[0] / whole[1], rel=1e-3)


def test_no_members_of_air_where_the_air_is_stated(nominal):
    helium = belt_case("full", **DIPOLE, **{"air.composition": "helium"})
    stated = belt_case("paper", **{"shell.field": "dipole"})
    old = belt_case("full", **DIPOLE, **{"air.msis_version": 0.0})

    def applying(case, version):
        air = SimpleNamespace(version=version, activity=nominal.air.activity)
        there = nominal._replace(given=nominal.given._replace(config=case), air=air)
        return [each.member.name for each in members.OF_THE_AIR + members.OF_THE_FIELD if each.applies(there)]

    assert applying(helium, 2.1) == applying(stated, 2.1) == []
    assert applying(old, 0)[-1] == "nrlmsis_2_1"  # and no external field, in a dipole
    assert applying(belt_case("full"), 2.1)[-1] == "external_field"
    storm = nominal.air.activity._replace(ap=300.0)
    there = nominal._replace(air=SimpleNamespace(version=2.1, activity=storm))
    assert "nrlmsise_00" not in [each.member.name for each in members.OF_THE_AIR if each.applies(there)]


def test_no_external_field_where_the_map_does_not_hold_the_lower_shell(nominal):
    """In 2024 that of B0 + 25 nT at L = 1.15 is L = 1.13995 of AP8, whose flux begins at 1.14."""
    field, config = Igrf("2024-06-05"), belt_case("full")
    found = {}
    for L in (1.15, 1.16):
        there = nominal._replace(given=nominal.given._replace(config=config, shells=[drift_shell(field, L=L)]))
        found[L] = [each.member.name for each in members.MEMBERS if each.applies(there)]
    assert found[1.16].index("external_field") == found[1.16].index("hydrogen") - 1
    assert set(found[1.16]) - set(found[1.15]) == {"external_field"}


@pytest.mark.parametrize(("field", "width"), [(CentredDipole("1998-06-05"), 1e-3), (Igrf("1998-06-05"), 0.1)])
def test_external_field_brings_the_shell_down(field, width):
    """By r dB / (3 B0) in a dipole, 3.6 km at L = 1.2; where the field falls faster or slower, by 10 % less or more."""
    B0 = drift_shell(field, L=1.2).B0_nT
    found = shells.shells_at(
        field, B0 + surroundings_members.EXTERNAL_NT, np.array([math.radians(80.0), 0.5 * math.pi])
    )
    before = drift_shell(field, L=1.2)
    radius = np.linalg.norm(before.x_m, axis=1).min() * 1e-3
    expected = radius * surroundings_members.EXTERNAL_NT / (3.0 * B0)
    assert before.H_min_km - found[-1].H_min_km == pytest.approx(expected, rel=width)
    assert found[0].equatorial_pitch_angle_deg == pytest.approx(80.0, abs=1e-6)
