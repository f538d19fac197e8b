"""Feeds: bytes in, positions and rejects out; one file per format, never an exception on bad data."""

from haidang.kernel_cache import use_kernel_cache

use_kernel_cache()
