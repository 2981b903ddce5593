"""Passwords: hashed with argon2id, compared in the same time whether there is an account or not."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from steward.errors import AccountError

SHORTEST, LONGEST = 10, 128  # characters
# Letters and digits that are not taken for each other when copied by hand.
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"

# OWASP's least setting for argon2id (19 MiB, 2 passes): 30 to 70 ms. The process that checks a
# password also feeds the halls, so a log-in must not hold it up for longer.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> str:
    """The hash to keep, with its salt and its cost."""
    return _HASHER.hash(_same(password))


def matches(kept: str | None, password: str) -> bool:
    """Is this the password? Without a hash (no such account) no, after as long a time."""
    try:
        _HASHER.verify(kept or _nobodys(), _same(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobodys() -> str:
    """The hash that is compared where there is no account; made once a process."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def outdated(kept: str) -> bool:
    """Was it hashed at another cost than today's?"""
    return _HASHER.check_needs_rehash(kept)


def one_time() -> str:
    """A password for the first log-in, of 79 bits, easy to copy by hand: `kf7m-2wqp-x9dt-h4ua`."""
    groups = ("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def check_new(password: str, name: str) -> None:
    """Raise AccountError unless it may become the password of this account."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(f"密码应为 {SHORTEST} 至 {LONGEST} 个字符")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        raise AccountError("密码里有不能输入的控制字符")
    if (len(name) > 3 and name in password.casefold()) or len(set(password)) < 5:
        raise AccountError("密码太容易猜：不要包含帐号名，也不要只重复几个字符")


def _same(password: str) -> str:
    """The same characters, whichever keyboard they came from."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()
