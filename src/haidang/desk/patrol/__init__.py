"""The land line: border markers and their inspections."""
