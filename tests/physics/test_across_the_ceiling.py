"""Cosmic-ray e+- across L = 1.115, below which full orbits leave out what is produced above 300 km.

Nothing else changes there: on either side a campaign gives full orbits of 20 s, closed by a drift average that knows no
ceiling, and beside them the drift average itself. So the results are continuous if the drift average is and if the
ceiling takes nothing away. 3 % is what is asked of a shell that a user may cross in a scan.
"""

import numpy as np
import pytest

from mcbelt.orbits import rows as row
from mcbelt.papers.gusev2003.innermost_shell import Shell, around_of, case
from mcbelt.places.shell import FULL_ORBIT_CEILING, FULL_ORBITS_BELOW_L

ENERGIES, ORBITS = np.array([0.05, 0.2, 1.0]), (4, 6, 12)  # [GeV]; at each of them, for each charge
NO_CEILING, ASIDE = 1.0e9, 1e-4  # [m]; in L


@pytest.fixture(scope="module")
def around():
    """Field and air of the paper's geometry."""
    return around_of(case())


@pytest.mark.slow
def test_no_jump_at_the_change_of_method(around):
    """Every orbit is followed twice, with and without the ceiling: the difference has no statistical error of the flux.

    It is held orbit by orbit against the flux of the shell, so the mean is, whatever the starts.
    """
    below, above = (Shell(case(L=FULL_ORBITS_BELOW_L + step), around) for step in (-ASIDE, ASIDE))
    assert below.source.ceiling == FULL_ORBIT_CEILING
    assert above.source.ceiling == np.inf
    flux = below.averaged(ENERGIES)
    np.testing.assert_allclose(above.averaged(ENERGIES), flux, rtol=0.03)
    for i, (energy, n) in enumerate(zip(ENERGIES, ORBITS, strict=True)):
        for q, charge in enumerate((1, -1)):
            made = []
            for ceiling in (FULL_ORBIT_CEILING, NO_CEILING):
                below.lanes = below.lanes._replace(source=below.source._replace(ceiling=ceiling))
                made.append(below.orbits(charge, float(energy), n)[2][row.PRODUCTION].copy())
            jump = (made[1] - made[0]) / flux[q, i]
            assert (jump >= 0.0).all()
            assert jump.max() < 0.03
