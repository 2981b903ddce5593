"""Keep the secret that signs the browsers' cookies: made once, never a default."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from steward.accounts.keys import new_key
from steward.errors import SettingsError

_SHORTEST = 32  # characters


def secret_key(path: Path) -> str:
    """The secret in this file, made at the first call; only its owner can read the file.

    Several processes that start at once get the same one. Raises SettingsError when the file cannot
    be written or holds no secret.
    """
    try:
        if not path.exists():
            _make(path)
        path.chmod(0o600)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"签名密钥文件不能读写：{error}", place=str(path)) from error
    if len(key) < _SHORTEST:
        raise SettingsError(
            "签名密钥文件不完整；删除它会重新生成一个，所有人须重新登录", place=str(path)
        )
    return key


def _make(path: Path) -> None:
    """Whole or not at all: written beside, then linked to its name unless another was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # readable by its owner alone
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(new_key() + "\n")
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        os.unlink(name)
