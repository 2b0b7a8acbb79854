"""Particles: one line a species. Fates: one enumeration, and no history that the counts forget."""

import math

import numpy as np
import pytest

from geomag import lanes
from mcbelt import particles
from mcbelt.errors import PhysicsError
from mcbelt.orbits import rows
from mcbelt.particles import GRAVITY, PARTICLES, Fate, Particle, counted, particle
from mcbelt.sources.trapped import monte_carlo


def test_species_know_their_mass_charge_and_life():
    assert [particle(s).charge for s in ("e-", "e+", "mu-", "mu+", "pi+", "pi-", "pi0", "K+", "K-", "K0S")] == [
        -1, 1, -1, 1, 1, -1, 0, 1, -1, 0,
    ]  # fmt: skip
    assert [particle(s).charge for s in ("p", "pbar", "n", "gamma", "alpha")] == [1, -1, 0, 0, 2]
    assert particle("positron").mass == particle("e-").mass == 0.51099895e-3
    assert particle("antiproton").mass == particle(2212).mass == 0.93827208816
    stable = {known.symbol for known in PARTICLES if not known.decays}
    assert stable == {"e-", "e+", "gamma", "p", "pbar", "alpha"}
    assert 2.19e-6 < particle("mu+").mean_life < 2.20e-6


@pytest.mark.parametrize("field", ["code", "name", "symbol"])
def test_a_species_is_found_by_each_of_its_names(field):
    keys = [getattr(known, field) for known in PARTICLES]
    assert len(set(keys)) == len(PARTICLES)
    assert [particle(key) for key in keys] == list(PARTICLES)


def test_antiparticles_mirror_each_other():
    by_code = {known.code: known for known in PARTICLES}
    pairs = [(known, by_code[-known.code]) for known in PARTICLES if known.code > 0 and -known.code in by_code]
    assert len(pairs) == 5
    for one, other in pairs:
        assert (one.mass, one.mean_life, one.stops) == (other.mass, other.mean_life, other.stops)
        assert one.charge == -other.charge


def test_what_is_charged_loses_energy_in_matter():
    assert all((known.stops is None) == (known.charge == 0) for known in PARTICLES)
    assert all(known.mass > 0.0 or known.symbol == "gamma" for known in PARTICLES)
    assert {known.annihilates for known in PARTICLES} == {None, "positron", "antiproton"}
    assert math.isinf(Particle(0, "", "", 1.0, 1).mean_life)


def test_an_unknown_species_is_refused_in_a_sentence():
    with pytest.raises(PhysicsError, match=r"'proton\+' is not known.*positron \(e\+, -11\)"):
        particle("proton+")


def test_each_fate_has_a_gravity():
    assert sorted(GRAVITY) == sorted(Fate)


@pytest.mark.parametrize("fate", Fate)
def test_a_history_of_any_fate_is_counted(fate):
    """Of three histories one has an orbit of this fate beside the least grave one."""
    fates = np.full((3, 2), float(GRAVITY[-1]))
    fates[1, 1] = fate
    found = counted(fates)
    assert sum(found.values()) == 3
    assert found.get(fate.name, 0) == (3 if fate == GRAVITY[-1] else 1)
    assert monte_carlo.graver(int(GRAVITY[-1]), int(fate)) == fate
    assert int(fate) < particles.N_FATES


def test_the_gravest_fate_of_a_history_counts():
    for k, grave in enumerate(GRAVITY):
        for lighter in GRAVITY[k:]:
            assert counted(np.array([[lighter, grave]])) == {grave.name: 1}
            assert monte_carlo.graver(int(lighter), int(grave)) == grave


def test_what_is_under_way_has_no_fate():
    with pytest.raises(ValueError, match=r"\[-1\.0\] are not fates"):
        counted(np.array([[rows.FLYING, float(Fate.COOLED)]]))


def test_fates_have_the_same_names_and_numbers_everywhere():
    assert {fate.name: int(fate) for fate in lanes.Fate}.items() <= {fate.name: int(fate) for fate in Fate}.items()
    assert lanes.FLYING == rows.FLYING == -1
    followed = set(Fate) - {Fate.DECAYED}  # full orbits do not decay
    assert {name: getattr(rows, name) for name in (f.name for f in followed)} == {f.name: int(f) for f in followed}
