"""The watch: alerts, the order of work, the duty log."""
