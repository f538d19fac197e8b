"""The trajectory engine: plausibility, segments, zones as a grid; compiled kernels, state in and state out."""
