"""Rescue: incidents and their logs."""
