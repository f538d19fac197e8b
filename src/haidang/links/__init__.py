"""Wires to other systems, one file each. They move bytes; what the bytes mean is decided elsewhere."""
