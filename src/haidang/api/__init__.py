"""HTTP and the live socket: one file per room or noun; a route loads, lets the desk decide, saves."""
