"""What air makes of a flux of nucleons: collisions, decays, later generations, e+ and e- by place and direction."""
