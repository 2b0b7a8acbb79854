"""Members of the systematics and the bands that are made of them."""

import itertools

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.systematics import bands
from mcbelt.systematics.member import Member, checked, variants_of


def member(name, kind="shift", sides=("low", "high")):
    return Member(name, kind, "test", "a test", "none", sides if kind == "shift" else ())


def both_sides(name, size, shape=(3,)):
    return {f"{name}_low": np.full(shape, 1.0 - size), f"{name}_high": np.full(shape, 1.0 + size)}


def random_case(seed=1, shifts=5):
    """Members with moves of a few per cent, and an alternative."""
    random = np.random.default_rng(seed)
    members = [member(f"m{i}") for i in range(shifts)] + [member("other", "alternative")]
    return members, {v.name: random.normal(1.0, 0.05, 64) for each in members for v in variants_of(each)}


def test_shifts_of_3_and_4_per_cent_are_5():
    band = bands.shift_band([member("a"), member("b")], both_sides("a", 0.03) | both_sides("b", 0.04))
    np.testing.assert_allclose(band, ([0.95] * 3, [1.05] * 3), rtol=1e-14)


def test_band_is_the_68_per_cent_of_independent_shifts():
    # Moves linear in the shifts: the quantity is normal, and drawing the shifts gives its quantiles.
    sizes = {"a": 0.02, "b": -0.03, "c": 0.05}  # b: more of the ingredient makes less
    relative = {name: values for key, size in sizes.items() for name, values in both_sides(key, size).items()}
    band = bands.shift_band([member(key) for key in sizes], relative)
    drawn = 1.0 + np.random.default_rng(2).normal(size=(200_000, 3)) @ np.array(list(sizes.values()))
    # 0.06 is the spread; a quantile of 2e5 draws is known to 0.4 % of it
    np.testing.assert_allclose((band.low[0], band.high[0]), np.quantile(drawn, [0.1587, 0.8413]), atol=4 * 0.004 * 0.06)


def test_sides_add_apart():
    relative = {
        "a_low": np.array([0.9]),
        "a_high": np.array([1.2]),
        "b_low": np.array([1.05]),
        "b_high": np.array([1.1]),
    }
    band = bands.shift_band([member("a"), member("b")], relative)
    assert band.low == pytest.approx(0.9)  # b moves up on both sides: its larger move counts, and none down
    assert band.high == pytest.approx(1.0 + np.hypot(0.2, 0.1))


def test_one_sided_shift_is_not_mirrored():
    band = bands.shift_band([member("a", sides=("high",))], {"a_high": np.array([0.9])})
    assert band.low == pytest.approx(0.9)
    assert band.high == 1.0


def test_ratio_keeps_what_moves_both_species_alike():
    alike = both_sides("a", 0.3)
    band = bands.shift_band([member("a")], bands.ratios(alike, alike))
    np.testing.assert_array_equal(band, np.ones((2, 3)))
    opposite = {"a_low": alike["a_high"], "a_high": alike["a_low"]}
    apart = bands.shift_band([member("a")], bands.ratios(alike, opposite))
    np.testing.assert_allclose(apart, ([0.7 / 1.3] * 3, [1.3 / 0.7] * 3))


def test_alternatives_are_an_envelope_apart():
    members, relative = random_case()
    relative["other"] = np.resize([0.2, 0.9, 5.0, np.inf], 64)
    band, envelope = bands.shift_band(members, relative), bands.alternative_envelope(members, relative)
    without = bands.shift_band(members[:-1], relative)
    np.testing.assert_array_equal(band, without)
    np.testing.assert_array_equal(envelope.low[:4], [0.2, 0.9, 1.0, 1.0])
    np.testing.assert_array_equal(envelope.high[:4], [1.0, 1.0, 5.0, np.inf])


def test_envelope_of_the_ratio_ends_where_an_alternative_makes_neither_species():
    members = [member("none", "alternative"), member("hard", "alternative")]
    positron = {"none": np.array([0.8, 0.0, np.nan]), "hard": np.array([2.0, 2.0, np.nan])}  # last bin: no nominal flux
    electron = {"none": np.array([1.0, 0.0, np.nan]), "hard": np.array([1.6, 1.6, np.nan])}
    envelope = bands.alternative_envelope(members, bands.ratios(positron, electron))
    np.testing.assert_array_equal(envelope, ([0.8, np.nan, np.nan], [1.25, np.nan, np.nan]))


def test_shift_without_a_value_leaves_none():
    band = bands.shift_band([member("a"), member("b")], both_sides("a", 0.1) | both_sides("b", np.nan))
    assert np.isnan(band).all()


def test_order_of_the_members_changes_nothing():
    members, relative = random_case(shifts=4)
    expected = bands.shift_band(members, relative), bands.alternative_envelope(members, relative)
    for order in itertools.permutations(members):
        found = bands.shift_band(order, relative), bands.alternative_envelope(order, relative)
        np.testing.assert_array_equal(found, expected)


def test_member_that_changes_nothing_changes_nothing():
    members, relative = random_case()
    more = [*members, member("null"), member("same", "alternative")]
    with_null = relative | both_sides("null", 0.0, (64,)) | {"same": np.ones(64)}
    np.testing.assert_array_equal(bands.shift_band(more, with_null), bands.shift_band(members, relative))
    np.testing.assert_array_equal(
        bands.alternative_envelope(more, with_null), bands.alternative_envelope(members, relative)
    )


def test_no_member_no_band():
    assert bands.shift_band([member("other", "alternative")], {"other": np.ones(2)}) is None
    assert bands.alternative_envelope([member("a")], both_sides("a", 0.1)) is None


def test_names_of_variants():
    assert [each[::2] for each in variants_of(member("yields"))] == [("yields_low", -1), ("yields_high", 1)]
    assert [each[::2] for each in variants_of(member("tail", "alternative"))] == [("tail", 0)]


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ([member("a", kind="guess")], "'a' has kind 'guess'; give shift or alternative"),
        ([member("a", sides=())], "'a' of kind shift has sides"),
        ([member("a", sides=("up",))], "'a' of kind shift has sides"),
        ([member("a")._replace(kind="alternative")], "'a' of kind alternative has sides"),
        ([member("a"), member("a_low", "alternative")], "variant 'a_low' is there already"),
        ([member("low", "alternative")], "variant 'low' is there already"),
    ],
)
def test_members_that_cannot_stand_together(members, sentence):
    with pytest.raises(PhysicsError, match=sentence):
        checked(members)
