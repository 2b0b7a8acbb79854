"""What could be otherwise in the flux that the user's protons make: not the protons, which are his."""

from mcbelt.sources.trapped.members import OF_THE_SHELL

MEMBERS = OF_THE_SHELL
