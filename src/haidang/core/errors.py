"""Every error the desk raises on purpose.

Bad *data* is not an exception: decoders return rejects. Exceptions are for broken contracts and broken
worlds, and are caught at four places only: the command line's main, the API's problem mapper, the
pipeline's step boundary, the batch's partition boundary.

    HaidangError
    ├── InvalidInput          the caller's value cannot be used; says value, expectation, next step
    │   ├── DecodeError       bytes that are not the format they claim to be (whole file, not one line)
    │   └── SchemaError       a table lacks a column or has the wrong type
    ├── NotFound              no such vessel, alert, zone, file
    ├── IllegalTransition     the object's state does not allow this step
    ├── Conflict              somebody else changed the object first (base version is old)
    ├── NotAllowed            this person or token may not do this
    └── Unavailable           a server, disk or feed that should be there is not
"""


class HaidangError(Exception):
    """Base of all errors raised on purpose. `code` is stable and translated by the screen."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        if code is not None:
            self.code = code


class InvalidInput(HaidangError):
    """A value cannot be used. The message names the value, what was expected and what to do."""

    code = "invalid_input"


class DecodeError(InvalidInput):
    """A whole file or message is not in the format it claims."""

    code = "decode_error"


class SchemaError(InvalidInput):
    """A table lacks a column or holds the wrong type."""

    code = "schema_error"


class NotFound(HaidangError):
    """The thing asked for does not exist."""

    code = "not_found"


class IllegalTransition(HaidangError):
    """The object's present state does not allow this step."""

    code = "illegal_transition"


class Conflict(HaidangError):
    """The object was changed by somebody else since the caller read it."""

    code = "conflict"


class NotAllowed(HaidangError):
    """This person or token may not do this."""

    code = "not_allowed"


class Unavailable(HaidangError):
    """Something outside that should be there is not: a database, a disk, a feed."""

    code = "unavailable"
