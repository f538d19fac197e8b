"""One file per thing observed, and the catalogue that lists them."""

from haidang.kernel_cache import use_kernel_cache

use_kernel_cache()
