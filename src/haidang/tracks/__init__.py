"""The trajectory engine: plausibility, segments, zones as a grid; compiled kernels, state in and state out."""

from haidang.kernel_cache import use_kernel_cache

use_kernel_cache()
