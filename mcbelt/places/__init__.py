"""Where a flux is observed: drift shells and orbits of satellites."""
