"""Cosmic rays over the geomagnetic cutoff, and the e+ and e- that they make in the air."""
