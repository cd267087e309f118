"""CRC-32C (Castagnoli), the checksum of TFRecord, over many bytes at once in NumPy.

A checksum is linear over GF(2): that of two halves follows from those of each, the first one moved on by as many zero bytes as the
second one has. So a thousand parts of a long text are summed side by side, and then joined in pairs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

POLYNOMIAL = 0x82F63B78  # reflected
ONES = 0xFFFFFFFF
LANES = 1024
LONG = 4 * LANES  # bytes from which lanes pay
MASK_DELTA = 0xA282EAD8
Words = npt.NDArray[np.uint32]


def _table() -> Words:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


TABLE = _table()
_STEPS = TABLE.tolist()


def crc32c(data: bytes) -> int:
    """The checksum of some bytes."""
    if len(data) < LONG:
        crc = ONES
        for byte in data:
            crc = _STEPS[(crc ^ byte) & 255] ^ (crc >> 8)
        return crc ^ ONES
    length = -(-len(data) // LANES)
    padded = np.zeros(LANES * length, np.uint8)  # zeros in front leave a checksum that begins with zero as it is
    padded[-len(data) :] = np.frombuffer(data, np.uint8)
    padded[-len(data) : 4 - len(data)] ^= np.uint8(255)  # the same as beginning with all ones
    lanes = np.ascontiguousarray(padded.reshape(LANES, length).T)
    sums = np.zeros(LANES, np.uint32)
    for column in lanes:
        sums = TABLE[(sums ^ column) & 255] ^ (sums >> 8)
    shift = _power(_zero_byte(), length)
    while len(sums) > 1:
        sums = _moved(shift, sums[0::2]) ^ sums[1::2]
        shift = _moved(shift, shift)
    return int(sums[0]) ^ ONES


def masked(data: bytes) -> int:
    """The checksum as TFRecord writes it, rotated and moved, so that checksums of checksums stay sound."""
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + MASK_DELTA) & ONES


def _zero_byte() -> Words:
    """uint32 [32]: what each bit of a checksum becomes behind one zero byte."""
    bits = np.uint32(1) << np.arange(32, dtype=np.uint32)
    return np.asarray(TABLE[bits & 255] ^ (bits >> 8), np.uint32)


def _moved(shift: Words, sums: Words) -> Words:
    """Checksums behind as many zero bytes as `shift` stands for."""
    out = np.zeros(len(sums), np.uint32)
    for bit in range(32):
        out ^= shift[bit] * ((sums >> np.uint32(bit)) & np.uint32(1))
    return out


def _power(shift: Words, count: int) -> Words:
    """The shift by `count` times as many bytes."""
    out: Words = np.uint32(1) << np.arange(32, dtype=np.uint32)
    while count:
        if count & 1:
            out = _moved(shift, out)
        shift = _moved(shift, shift)
        count >>= 1
    return out
