"""One file per thing observed, and the catalogue that lists them."""
