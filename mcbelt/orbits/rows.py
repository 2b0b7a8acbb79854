"""Rows of the table of charges and of the lanes: the one place where their numbers are given.

A table holds one charge per column. The first rows are shared by table and lanes, so that a charge is copied between
them row by row.
"""

from mcbelt.particles import Fate

# Shared by table and lanes.
X, Y, Z = 0, 1, 2  # position, geocentric Cartesian [m]
UX, UY, UZ = 3, 4, 5  # direction of motion (of the forward orbit, also when traced back)
MOMENTUM = 6  # [GeV/c]
MASS = 7  # [GeV]
CHARGE = 8  # [e], signed
WEIGHT = 9  # of the history; carried, not used here
TIME = 10  # since the start, >= 0 in both directions [s]
PATH = 11  # path length, >= 0 [m]
GRAMMAGE = 12  # matter passed [kg m-2]
MATTER_LOSS = 13  # kinetic energy lost to matter (gained back when traced back), >= 0 [GeV]; speed of the last check
SYNCHROTRON_LOSS = 14  # radiated in the field, >= 0 [GeV]
LN_J = 15  # ln of the factor J on the intensity per energy interval
PRODUCTION = 16  # integral of rho P exp(LN_J) ds
DRIFT = 17  # change of longitude, unwrapped [rad]
LOWEST = 18  # lowest geodetic altitude at the end of a step [m]
STEPS = 19  # steps made
GRAMMAGE_STOP = 20  # the charge stops, with fate INTERACTS, when GRAMMAGE reaches this
LOWEST_FIELD = 21  # smallest field seen at a check [T]: sets the step
CHECKS = 22  # checks passed: births have finer steps
REMOVED = 23  # mean number of annihilations of a positron on its way: integral of their coefficient over grammage
REMOVAL_STOP = 24  # the charge stops, with fate STOPPED, when REMOVED reaches this
JUMPS = 25  # hard photons so far
JUMP_LEFT = 26  # mean free paths to the next one; infinite: not drawn yet
PHOTON_LOSS = 27  # kinetic energy that went into hard photons (gained back when traced back), >= 0 [GeV]
AHEAD = 28  # time that the charge still has from the start to its absorption [s]; carried, for detectors
AIR_FIELD = 29  # largest field seen at a check near dense air [T]: sets the step there
AIR_PATH = 30  # PATH up to which the step of dense air is kept [m]; 0: it does not act
SHARED = 31

# Table only.
FATE = 31
FINE_STEPS = 32  # of STEPS, those made with a step below that of the gyration bid (dense air, births)
ROWS = 33

# Lanes only.
STEP_NOW = 31  # step of this turn [m], signed; 0: the lane stands still
STEP = 32  # step until the next check [m], signed
FIELD2 = 33  # square of the field at the middle of the last step [T^2]
B_PERP2 = 34  # square of its part across the motion [T^2]
LATITUDE, LONGITUDE, ALTITUDE = 35, 36, 37  # geodetic, at the end of the step [rad], [rad], [m]
ALTITUDE_BEFORE, DENSITY_BEFORE = 38, 39  # at its beginning [m], [kg m-3]
DENSITY = 40  # at its end [kg m-3]
STOPPING_0, STOPPING_1 = 41, 42  # -dp/dX at momentum P_0 and its derivative with p [GeV m2 kg-1], [m2 kg-1]
LN_J_RATE = 43  # d ln J / dX: dS/dT, less what is removed from the flux [m2 kg-1]
P_0 = 44  # momentum for which the stopping power holds [GeV/c]
SLOWNESS = 45  # 1 / (beta c) [s/m]
SLOWNESS_RATIO = 46  # dp/dT = 1 / beta
RADIATION = 47  # synchrotron loss per path is RADIATION p^2 B_perp^2 [GeV m-1 / (GeV^2 T^2)]
WAIT_BELOW = 48  # the lane waits for its next check below this altitude [m]
AZIMUTH = 49  # longitude at the last check [rad]
FINE = 50  # steps made with a finer step
FINE_NOW = 51  # 1 while the step is finer than that of the gyration, else 0
GRAMMAGE_NOW, LOST_NOW, RADIATED_NOW = 52, 53, 54  # of the step just made [kg m-2], [GeV/c], [GeV]
LOST_SUM, RADIATED_SUM = 55, 56  # sums of these since the last check [GeV/c], [GeV]
GRAMMAGE_CHECK, PATH_CHECK = 57, 58  # grammage and path at the last check [kg m-2], [m]
GRAMMAGE_SCATTER, GRAMMAGE_STOPPING = 59, 60  # grammage at the last deflection, at the last stopping power [kg m-2]
CELL = 61  # first node of the cell of the table of air, as a number
PLACE_U, PLACE_V, PLACE_W = 62, 63, 64  # place in the cell along longitude, latitude, altitude
PRODUCED = 65  # rho P exp(LN_J) at the end of the last step: trapezoidal rule
REMOVAL = 66  # annihilation coefficient [m2 kg-1]
JUMP_RATE = 67  # hard photons per grammage [m2 kg-1]
WAIT_GRAMMAGE = 68  # the lane waits for its next check beyond this grammage [kg m-2]
BUDGET = 69  # grammage beyond which the step is chosen anew [kg m-2]
LANE_ROWS = 70

# Fates, plain for kernels; FLYING is none: the charge is still under way.
FLYING = -1
LOST, COOLED, ABSORBED, ESCAPED = int(Fate.LOST), int(Fate.COOLED), int(Fate.ABSORBED), int(Fate.ESCAPED)
STOPPED, STEP_LIMIT = int(Fate.STOPPED), int(Fate.STEP_LIMIT)
INTERACTS, HEATED = int(Fate.INTERACTS), int(Fate.HEATED)
