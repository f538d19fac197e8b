"""The drill: a seeded fleet with the truth beside it. Knows only core, and nothing of the detectors it tests."""
