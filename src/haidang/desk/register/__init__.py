"""The register: what is written down about hulls."""
