"""The trapped protons of the inner belt, and e+ and e- that they keep on the same shell."""
