"""Full orbits of charges in field and air, forward and back, many at a time."""
