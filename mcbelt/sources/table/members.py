"""What could be otherwise in the flux that the user's protons make: not the protons, which are his."""

from mcbelt.sources.trapped.members import OF_THE_PLASMA, OF_THE_YIELDS

MEMBERS = OF_THE_YIELDS + OF_THE_PLASMA
