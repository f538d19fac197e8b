"""The running watch: intake, the ordered pipeline, the picture in memory and its fan-out to screens."""
