"""One line of an object's history: who did what, when, and from which state to which.

Afterwards somebody always asks who knew what at what time; so every transition returns the line that tells it, and
the line is stored with the change or not at all.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of history; never edited.

    Attributes:
        time_us: when it was done, UTC microseconds.
        actor: username, or `system`.
        action: verb code, e.g. `acknowledge`; translated by the screen.
        note: free words of the person; for system steps a code or the machine's reason.
        from_state, to_state: state codes; equal where the state stayed.
    """

    time_us: int
    actor: str
    action: str
    note: str = ""
    from_state: str = ""
    to_state: str = ""
