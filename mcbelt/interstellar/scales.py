"""Units of the Galaxy, written once.

Inside the solvers lengths are metres, times seconds and energies GeV, as everywhere in the program; what a reader of
the literature expects (kpc, Myr, eV cm-3, cm2 s-1) is converted with the numbers of this file and carries its unit in
its name.
"""

from mcbelt.constants import JULIAN_YEAR

KILOPARSEC = 3.0856775814913673e19  # [m]
MEGAYEAR = 1.0e6 * JULIAN_YEAR  # [s]
EV = 1.0e-9  # [GeV]
BOLTZMANN_EV = 8.617333262e-5  # [eV/K], CODATA 2018
PER_CM3 = 1.0e6  # cm-3 to m-3
CM2 = 1.0e-4  # cm2 to m2
SOLAR_RADIUS_KPC = 8.5  # distance of the Sun from the Galactic centre, IAU 1985 and all four papers [kpc]
