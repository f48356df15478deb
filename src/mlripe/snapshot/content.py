"""What is done to a file's bytes on their way out, the same for every kind of snapshot."""

from __future__ import annotations

from typing import Final

__all__ = ["blob_id", "is_lfs_pointer", "limit_of", "normalised", "too_large"]

MIB: Final = 1 << 20
MAX_FILE: Final = 5 * MIB
MAX_NOTEBOOK: Final = 20 * MIB  # notebooks keep their pictures in them
LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/v1\n"
LFS_POINTER_MAX: Final = 1024  # bytes, by its specification


def limit_of(path: str) -> int:
    """The largest size in bytes at which this file is read."""
    return MAX_NOTEBOOK if path.endswith(".ipynb") else MAX_FILE


def too_large(limit: int) -> str:
    """Why a file over the limit is not read."""
    return f"is larger than {limit // MIB} MiB; it is not read"


def normalised(content: bytes) -> bytes:
    """Text with CRLF turned into LF; what holds a NUL byte is not text, and left as it is.

    With core.autocrlf or an eol attribute git writes CRLF to disk where the blob has LF. Line numbers stay the same.
    """
    if b"\r" not in content or b"\0" in content:  # one byte is found far faster than two
        return content
    return content.replace(b"\r\n", b"\n")


def is_lfs_pointer(content: bytes) -> bool:
    """Whether this is not the file but Git LFS's note of where its content lies."""
    return len(content) < LFS_POINTER_MAX and content.startswith(LFS_POINTER)


def blob_id(content: bytes, like: str = "") -> str:
    """git's object id of the content, of the same kind as `like` (default SHA-1): what `Entry.blob` would be."""
    from hashlib import sha1, sha256

    named = b"blob %d\0%b" % (len(content), content)
    return sha256(named).hexdigest() if len(like) == 64 else sha1(named, usedforsecurity=False).hexdigest()
