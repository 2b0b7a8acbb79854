"""Rows of the table of charges and of the lanes: the one place where their numbers are given.

A table holds one charge per column. The first rows are shared by table and lanes, so that a charge is copied between
them row by row.
"""

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
MATTER_LOSS = 13  # kinetic energy lost to matter (gained back when traced back), >= 0 [GeV]
SYNCHROTRON_LOSS = 14  # radiated in the field, >= 0 [GeV]
LN_J = 15  # ln of the factor on the intensity per energy interval: integral of dS/dE
PRODUCTION = 16  # integral of rho P exp(LN_J) ds
DRIFT = 17  # change of longitude, unwrapped [rad]
LOWEST = 18  # lowest geodetic altitude at the end of a step [m]
STEPS = 19  # steps made
GRAMMAGE_STOP = 20  # the charge stops, with fate INTERACTS, when GRAMMAGE reaches this
LOWEST_FIELD = 21  # smallest field seen at a check [T]: sets the step
CHECKS = 22  # checks passed: births have finer steps
SHARED = 23

# Table only.
FATE = 23
FINE_STEPS = 24  # of STEPS, those made with a step below that of the gyration bid (dense air, births)
ROWS = 25

# Lanes only.
STEP_NOW = 23  # step of this turn [m], signed; 0: the lane stands still
STEP = 24  # step until the next check [m], signed
FIELD2 = 25  # square of the field at the middle of the last step [T^2]
B_PERP2 = 26  # square of its part across the motion [T^2]
LATITUDE, LONGITUDE, ALTITUDE = 27, 28, 29  # geodetic, at the end of the step [rad], [rad], [m]
ALTITUDE_BEFORE = 30  # at its beginning [m]
DENSITY = 31  # [kg m-3]
STOPPING_0, STOPPING_1 = 32, 33  # -dp/dX at momentum P_0 and its derivative with p [GeV m2 kg-1], [m2 kg-1]
STOPPING_SLOPE = 34  # dS/dT [m2 kg-1]
P_0 = 35  # momentum at the last check [GeV/c]
SLOWNESS = 36  # 1 / (beta c) [s/m]
RADIATION = 37  # synchrotron loss per path is RADIATION p^2 B_perp^2 [GeV m-1 / (GeV^2 T^2)]
WAIT_BELOW = 38  # the lane waits for its next check below this altitude [m]
AZIMUTH = 39  # longitude at the last check [rad]
FINE = 40  # steps made with a finer step
FINE_NOW = 41  # 1 while the step is finer than that of the gyration, else 0
GRAMMAGE_0 = 42  # grammage at the last check [kg m-2]
SLOWNESS_RATIO = 43  # dp/dT = 1 / beta
GRAMMAGE_NOW, LOST_NOW, RADIATED_NOW = 44, 45, 46  # of the step just made [kg m-2], [GeV/c], [GeV]
CELL = 47  # first node of the cell of the table of air, as a number
PLACE_U, PLACE_V, PLACE_W = 48, 49, 50  # place in the cell along longitude, latitude, altitude
DENSITY_BEFORE = 51  # density at the beginning of the step [kg m-3]
LANE_ROWS = 52

# Fates: those of mcbelt.species.Fate, and two that only an orbit knows.
FLYING = -1
LOST, COOLED, ABSORBED, ESCAPED = 0, 1, 2, 3
STEP_LIMIT = 6  # path, time or drift limit
INTERACTS = 16  # grammage reached GRAMMAGE_STOP
HEATED = 17  # traced back above the highest momentum
