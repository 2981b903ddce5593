"""Secrets that a browser or a program holds, and what is kept of them."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_PREFIX = "hs_"


def new_key() -> str:
    """A secret of 256 random bits, in characters of an address."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """What is kept of a secret: SHA-256, in hex. So many random bits need no slower hash."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
