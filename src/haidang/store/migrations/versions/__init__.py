"""One file per schema change, numbered in order; released ones are never edited."""
