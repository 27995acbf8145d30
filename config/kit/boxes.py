"""Streams sealed with a secret key: whoever lacks it learns nothing and changes nothing unnoticed."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError

KEY_BYTES = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
HEADER_BYTES = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
EXTRA_BYTES = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
PIECE = 1 << 20


class CannotOpen(ValueError):
    """The stream was cut short, changed, or sealed with another key."""


def key_of(text: str) -> bytes:
    """A key as it stands in the environment: 32 random bytes in base64. ValueError for anything else."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("a key is 32 random bytes in base64")
    return key


def sealed(pieces: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The same content, sealed. The last piece says that it is the last, so nothing can be cut off behind it."""
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    yield bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    for piece, is_last in _even(pieces):
        tag = LAST if is_last else 0
        yield bindings.crypto_secretstream_xchacha20poly1305_push(state, piece, None, tag)


def opened(file: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The content of a sealed file, piece by piece. CannotOpen as soon as something is not as it was sealed."""
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    tag = None
    try:
        header = file.read(HEADER_BYTES)
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
        while tag != LAST:
            cipher = file.read(PIECE + EXTRA_BYTES)
            piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, cipher, None)
            yield piece
    except (CryptoError, ValueError, TypeError) as wrong:
        raise CannotOpen("sealed with another key, cut short or changed") from wrong
    if file.read(1):
        raise CannotOpen("something was added behind the end")


def _even(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut into pieces of one size, telling the last, which may be empty."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE:
            yield bytes(waiting[:PIECE]), False
            del waiting[:PIECE]
    yield bytes(waiting), True
