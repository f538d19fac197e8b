"""What will happen, with a probability: one file per thing foreseen, and the scoring that keeps them honest."""

from haidang.kernel_cache import use_kernel_cache

use_kernel_cache()
