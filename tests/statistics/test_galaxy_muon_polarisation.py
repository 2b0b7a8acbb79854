"""The sign of the muon's asymmetry from the weak interaction itself, for both charges.

pi -> mu nu, mu -> e nu nu with V-A vertices: Dirac matrices, the muon's spin summed coherently over the whole chain, no
polarisation put in by hand. Weighted events, flat phase space; the electron's energy in the pion's frame against g(y)
of the closed form.
"""

import functools

import numpy as np
import pytest

from mcbelt.constants import CHARGED_PION_MASS as PION
from mcbelt.constants import MUON_MASS as MUON
from mcbelt.physics.decay import PION_MUON_ENERGY
from mcbelt.physics.michel import boosted_michel

EVENTS, BINS, SEED = 60_000, 40, 20261121
METRIC = np.diag([1.0, -1.0, -1.0, -1.0])


def _gammas():
    pauli = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    zero, one = np.zeros((2, 2)), np.eye(2)
    gamma = [np.block([[one, zero], [zero, -one]])]
    gamma += [np.block([[zero, s], [-s, zero]]) for s in pauli]
    return np.array(gamma)


GAMMA = _gammas()
LEFT = np.eye(4) - 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]


def _slash(p):
    return np.einsum("na,ab,bij->nij", p, METRIC, GAMMA)


def _bar(a):
    return GAMMA[0] @ np.conj(np.swapaxes(a, -1, -2)) @ GAMMA[0]


def _events(rng):
    """Four-momenta in the pion's frame.

    Muon along z, its neutrino, then electron, electron neutrino and muon neutrino.
    """
    x = rng.random((2, EVENTS))
    low = x.sum(axis=0) < 1.0
    x = np.where(low, 1.0 - x, x)  # uniform in the Dalitz triangle of three massless particles, x = 2E/m
    energy = 0.5 * MUON * np.array([x[0], x[1], 2.0 - x[0] - x[1]])
    cosine = 1.0 - 2.0 * (x[0] + x[1] - 1.0) / (x[0] * x[1])
    sine = np.sqrt(np.maximum(0.0, 1.0 - cosine**2))
    plane = np.zeros((3, EVENTS, 3))
    plane[0, :, 2] = energy[0]
    plane[1] = energy[1][:, None] * np.stack([sine, np.zeros(EVENTS), cosine], axis=-1)
    plane[2] = -plane[0] - plane[1]
    turned = np.einsum("nij,knj->kni", _rotations(rng), plane)
    momentum = np.sqrt(PION_MUON_ENERGY**2 - MUON**2)
    boost = np.array([[PION_MUON_ENERGY, momentum], [momentum, PION_MUON_ENERGY]]) / MUON
    four = np.empty((3, EVENTS, 4))
    four[..., 1:3] = turned[..., :2]
    four[..., [0, 3]] = np.einsum("ab,knb->kna", boost, np.stack([energy, turned[..., 2]], axis=-1))
    muon = np.tile([PION_MUON_ENERGY, 0.0, 0.0, momentum], (EVENTS, 1))
    first = np.tile([PION, 0.0, 0.0, 0.0], (EVENTS, 1)) - muon
    return muon, first, *four


def _rotations(rng):
    q = rng.normal(size=(EVENTS, 4))
    w, a, b, c = (q / np.linalg.norm(q, axis=1, keepdims=True)).T
    return np.stack(
        [
            np.stack([1 - 2 * (b * b + c * c), 2 * (a * b - c * w), 2 * (a * c + b * w)], axis=-1),
            np.stack([2 * (a * b + c * w), 1 - 2 * (a * a + c * c), 2 * (b * c - a * w)], axis=-1),
            np.stack([2 * (a * c - b * w), 2 * (b * c + a * w), 1 - 2 * (a * a + b * b)], axis=-1),
        ],
        axis=-2,
    )


def _weights(charge, muon, first, electron, electron_neutrino, muon_neutrino):
    """Squared amplitude of the whole chain, summed over the spins of all that is seen and unseen."""
    pion = _slash(np.tile([PION, 0.0, 0.0, 0.0], (EVENTS, 1)))
    if charge > 0:  # u(nu) p_pi L (-p + m) gamma^a L v(antinu) x u(nu_e) gamma_a L v(e+)
        line = [pion @ LEFT @ (MUON * np.eye(4) - _slash(muon)) @ GAMMA[a] @ LEFT for a in range(4)]
        outer, inner, pair = _slash(first), _slash(muon_neutrino), (_slash(electron_neutrino), _slash(electron))
    else:  # u(nu) gamma^a L (p + m) p_pi L v(antinu) x u(e-) gamma_a L v(antinu_e)
        line = [GAMMA[a] @ LEFT @ (MUON * np.eye(4) + _slash(muon)) @ pion @ LEFT for a in range(4)]
        outer, inner, pair = _slash(muon_neutrino), _slash(first), (_slash(electron), _slash(electron_neutrino))
    weight = np.zeros(EVENTS)
    for a in range(4):
        for b in range(4):
            hadron = np.einsum("nij,nji->n", outer @ line[a], inner @ _bar(line[b]))
            vertex = (METRIC[a, a] * GAMMA[a] @ LEFT, METRIC[b, b] * GAMMA[b] @ LEFT)
            lepton = np.einsum("nij,nji->n", pair[0] @ vertex[0], pair[1] @ _bar(vertex[1]))
            weight += (hadron * lepton).real
    return weight


@functools.cache
def _weighted_events(charge):
    """2 E / E_mu of the electron in the pion's frame, and the weight of each event."""
    muon, *others = _events(np.random.default_rng(SEED))
    return 2.0 * others[1][:, 0] / PION_MUON_ENERGY, _weights(charge, muon, *others)


def _chi_square_per_bin(charge, xi):
    y, weight = _weighted_events(charge)
    b = np.sqrt(1.0 - (MUON / PION_MUON_ENERGY) ** 2)
    edges = np.linspace(0.0, 1.0 + b, BINS + 1)
    found, _ = np.histogram(y, edges, weights=weight)
    variance, _ = np.histogram(y, edges, weights=weight**2)
    node, share = np.polynomial.legendre.leggauss(12)
    centre, half = 0.5 * (edges[1:] + edges[:-1]), 0.5 * np.diff(edges)
    law = np.array(
        [
            sum(w * h * boosted_michel(c + h * n, b, xi) for n, w in zip(node, share, strict=True))
            for c, h in zip(centre, half, strict=True)
        ]
    )
    expected = law / law.sum() * found.sum()
    return float(((found - expected) ** 2 / variance).sum() / (BINS - 1))


@pytest.mark.parametrize("charge", [1, -1])
def test_asymmetry_is_minus_one_for_both_charges(charge):
    """chi2/bin 0.6-1.5 for xi = -1 (39 degrees of freedom.

    0.55-1.6 at 2.5 sigma), above 100 for 0, above 1000 for +1.
    """
    assert 0.8 < _chi_square_per_bin(charge, -1.0) < 1.25
    assert _chi_square_per_bin(charge, 0.0) > 100.0
    assert _chi_square_per_bin(charge, 1.0) > 1000.0
