"""Rules are data: dated packs of law and practice, and the evaluation that turns events and forecasts into findings."""
