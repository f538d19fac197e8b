"""The words of the domain: positions in columns, vessels, zones, events, time, units, errors. No I/O."""
