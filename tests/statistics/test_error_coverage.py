"""68 % intervals hold the truth in 63 to 73 % of 400 small campaigns, for few scorers too.

Seeds are fixed, so a test gives the same every time. With others: a coverage of 68 % in 400 independent campaigns is
68 +- 2.3 %, outside 63-73 % with a chance of 3 %; with four pitch angles and two species it is known four times as well
for fluxes and ages, and their rows leave it with a chance below 1e-4. Where less than 95 % of the campaigns have an
error the others were chosen by their scores, and nothing is asserted of them (docs/methods/errors.md shows them).
"""

import known_campaigns as known
import pytest

LOW, HIGH = 0.63, 0.73
GIVEN = 0.95
CAMPAIGNS = 400


def outside(found, words):
    """Rows of quantities whose coverage is not within the limits."""
    lines = []
    for word in words:
        given, held = found[word]
        for scorers, part, share in zip(known.SCORERS, given, held, strict=True):
            if part >= GIVEN and not LOW <= share <= HIGH:
                lines.append(f"{word}, {scorers} scorers: {share:.3f} of {part:.2f}")
    return lines


@pytest.fixture(scope="module")
def trapped():
    return known.coverage(known.trapped_campaign, "exponential", CAMPAIGNS)


def test_intervals_hold_the_truth_as_often_as_they_say(trapped):
    """5.6 s: a smaller number of campaigns would not tell 63 from 68 %."""
    assert not outside(trapped, ("directional_flux", "ratio", "age"))
    assert (trapped["directional_flux"][0] == 1.0).all()  # an interval or a limit in every bin, few scorers too
    for word in ("ratio", "age"):
        assert trapped[word][0, 0] < 0.05  # 5 scorers of unequal weights are no error
        assert (trapped[word][0, 3:] > 0.99).all()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["equal", "lognormal"])
def test_other_weights(kind):
    """1600 campaigns: 1.2 % for the ratio. Numbers of equal scores jump, so their intervals hold the truth more often
    than asked where few are expected.
    """
    found = known.coverage(known.trapped_campaign, kind, 4 * CAMPAIGNS)
    assert not outside(found, ("ratio", "age"))
    first = 1 if kind == "equal" else 0
    assert found["directional_flux"][1].min() >= LOW
    assert found["directional_flux"][1][first:].max() <= HIGH


@pytest.mark.slow
def test_origins():
    """The error of a median is an upper bound where a bin of altitude holds a tenth of the births or more."""
    found = known.coverage(known.cosmic_campaign, "exponential", CAMPAIGNS)
    assert not outside(found, ("flux", "ratio", "short_lived_share", "absorbed_share"))
    given, held = found["birth_altitude_50"]
    assert (held[given >= GIVEN] >= LOW).all()
    assert (held[given >= GIVEN] <= 0.80).all()
