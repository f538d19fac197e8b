"""Hải Đăng: an open watch desk for a coast and a land border."""

__version__ = "0.1.0"
