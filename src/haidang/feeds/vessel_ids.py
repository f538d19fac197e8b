"""Which text can name a vessel at all: the same rule for tables, NAF and GPX.

An id stands in lists, file names, URLs and on the radio log. One with control characters, or with marks that turn the
direction of writing, looks like another vessel's; one as long as a page is a cell that slipped. Both are refused.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

MAX_VESSEL_ID_CHARS = 80
#: Control characters, line and paragraph separators, marks that turn the direction of writing.
_UNFIT = r"[\x00-\x1f\x7f-\x9f" + "\u2028-\u202e\u2066-\u2069" + "]"
_UNFIT_CHAR = re.compile(_UNFIT)


def is_vessel_id(text: str) -> bool:
    """Return whether the text can name a vessel: 1 to 80 characters, none of them a control character."""
    return 0 < len(text) <= MAX_VESSEL_ID_CHARS and _UNFIT_CHAR.search(text) is None


def unfit_vessel_ids(ids: pa.Array) -> pa.Array:
    """Return a boolean column: true where a text cannot name a vessel. Nulls stay null."""
    return pc.or_(pc.greater(pc.utf8_length(ids), MAX_VESSEL_ID_CHARS), pc.match_substring_regex(ids, _UNFIT))
