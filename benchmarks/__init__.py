"""What we measure and publish: speed as ratios in one run on one machine. `python -m benchmarks` runs all."""
