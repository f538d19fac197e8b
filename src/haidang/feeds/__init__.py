"""Feeds: bytes in, positions and rejects out; one file per format, never an exception on bad data."""
