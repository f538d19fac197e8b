"""Prints the server's own description as JSON; `make api-types` makes the screen's client from it.

A client written by hand drifts from the server within a week; this one is generated, and a test compares the two.
"""

import json
import sys

from haidang.api.app import create_app


def description() -> str:
    """Return the OpenAPI document as JSON, the same for the same code. The version is left out: it is no change."""
    document = create_app(None).openapi()
    document["info"]["version"] = "0"
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(description())
