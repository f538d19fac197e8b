"""What people do, in six rooms: pure transitions, values in and values out; no clock, no database, no screen."""
