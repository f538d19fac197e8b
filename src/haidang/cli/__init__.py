"""The command line: one file per command, light to import, heavy work only when the command runs."""
