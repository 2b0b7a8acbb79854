"""Random numbers: the generator against its authors' known answers, the doors against their distributions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy import stats

from mcbelt import rng

# kat_vectors of the Random123 distribution (D. E. Shaw Research, 2011), lines "philox4x32 10": counter, key, answer.
KNOWN_ANSWERS = (
    ((0, 0, 0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)


@njit(cache=True)
def draws(n):
    result = np.empty((n, 6))
    for i in range(n):
        result[i, 0], result[i, 1] = rng.uniform_pair(7, i, 3, 1)
        result[i, 2], result[i, 3] = rng.normal_pair(7, i, 3, 2)
        result[i, 4] = rng.exponential(result[i, 0])
        result[i, 5] = rng.isotropic(result[i, 0], result[i, 1])[0]
    return result


@pytest.mark.parametrize(("block", "answer"), KNOWN_ANSWERS)
def test_philox_gives_the_known_answers(block, answer):
    assert tuple(int(w) for w in rng.philox4x32(*[np.uint64(w) for w in block])) == answer


def test_uniform_normal_exponential_and_isotropic_follow_their_laws():
    """Kolmogorov-Smirnov at a fixed seed, 2e5 draws; p > 1e-6, so a right generator fails once in a million seeds."""
    u, v, n1, n2, e, x = draws(200_000).T
    assert stats.kstest(u, "uniform").pvalue > 1e-6
    assert stats.kstest(v, "uniform").pvalue > 1e-6
    assert stats.kstest(n1, "norm").pvalue > 1e-6
    assert stats.kstest(n2, "norm").pvalue > 1e-6
    assert stats.kstest(e, "expon").pvalue > 1e-6
    assert stats.kstest(x, stats.uniform(-1, 2).cdf).pvalue > 1e-6
    assert abs(np.corrcoef(u, v)[0, 1]) < 4 / np.sqrt(len(u))
    assert abs(np.corrcoef(n1, n2)[0, 1]) < 4 / np.sqrt(len(u))


def test_neighbouring_seeds_histories_events_and_purposes_are_unrelated():
    base = np.array([rng.uniform_pair(1, i, 0, 0)[0] for i in range(4000)])
    for other in (
        [rng.uniform_pair(2, i, 0, 0)[0] for i in range(4000)],
        [rng.uniform_pair(1, i + 1, 0, 0)[0] for i in range(4000)],
        [rng.uniform_pair(1, i, 1, 0)[0] for i in range(4000)],
        [rng.uniform_pair(1, i, 0, 1)[0] for i in range(4000)],
        [rng.uniform_pair(1, i + 2**40, 0, 0)[0] for i in range(4000)],
    ):
        assert not np.any(base == np.array(other))
        assert abs(np.corrcoef(base, other)[0, 1]) < 4 / np.sqrt(4000)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**63 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
@settings(max_examples=200, deadline=None)
def test_draws_lie_inside_the_open_interval_and_repeat(seed, history, event, purpose):
    args = (np.uint64(seed), np.uint64(history), np.uint64(event), np.uint64(purpose))
    first = rng.uniform_pair(*args) + rng.uniform_quad(*args)
    assert all(0.0 < u < 1.0 for u in first)
    assert first == rng.uniform_pair(*args) + rng.uniform_quad(*args)


def test_the_ends_of_the_interval_cannot_occur():
    word = np.uint64(0xFFFFFFFF)
    assert rng._open_unit(word, word) < 1.0
    assert rng._open_unit(np.uint64(0), np.uint64(0)) > 0.0


def test_secondaries_have_numbers_of_their_own():
    numbers = {int(rng.secondary(5, h, e, i)) for h in range(20) for e in range(20) for i in range(5)}
    assert len(numbers) == 2000
    assert min(numbers) >= 2**63
