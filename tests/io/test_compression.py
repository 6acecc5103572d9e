"""Compressed streams: all members are read, damage has its place, a bomb stays small, equal gives equal."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
import tracemalloc
import zlib
from itertools import pairwise
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import DocumentError
from cleaner.io import compression
from cleaner.io.compression import BLOCK, CODECS, compress, compressed, expanded
from cleaner.io.jsonl import JsonLines

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK = {".gz": gzip.compress, ".zst": zstd.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
"""The same by Python's own functions."""
UNPACK = {".gz": gzip.decompress, ".zst": zstd.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress}
SUFFIXES = sorted(CODECS)
LINES = b"".join(b'{"n": %d, "text": "The ferry sails at %d."}\n' % (i, i * i) for i in range(20_000))


def unpack(data: bytes, suffix: str) -> bytes:
    return expanded(io.BytesIO(data), suffix, "some.file").read()


def read_into(got: bytearray | None, stream: IO[bytes]) -> None:
    while part := stream.read1(100):  # type: ignore[attr-defined]
        if got is not None:
            got += part


def test_all_codecs_are_tested() -> None:
    assert set(PACK) == set(UNPACK) == set(CODECS)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_is_what_others_read_and_the_other_way_round(suffix: str) -> None:
    for data in (b"", b"a", LINES):
        assert UNPACK[suffix](compress(data, suffix)) == data
        assert unpack(compress(data, suffix), suffix) == data
        assert unpack(PACK[suffix](data), suffix) == data


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(parts=st.lists(st.binary(max_size=50), min_size=1, max_size=4), pad=st.sampled_from([0, 3, 4, 1000]))
@settings(max_examples=50)
def test_all_members_are_read(suffix: str, parts: list[bytes], pad: int) -> None:
    packed = bytes(pad).join(PACK[suffix](part) for part in parts) + bytes(pad)
    assert unpack(packed, suffix) == b"".join(parts)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_member_behind_much_padding_is_read(suffix: str) -> None:
    packed = PACK[suffix](b"first ") + bytes(3 * BLOCK) + PACK[suffix](b"last") + bytes(2 * BLOCK)
    assert unpack(packed, suffix) == b"first last"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_lines_are_read_across_members_and_blocks(suffix: str) -> None:
    data = random.Random(1).randbytes(BLOCK).hex().encode()
    packed = PACK[suffix](data) + PACK[suffix](b"\nlast\n" + LINES)
    stream = expanded(io.BytesIO(packed), suffix, "some.file")
    assert list(stream) == [data + b"\n", b"last\n", *LINES.splitlines(keepends=True)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_stream_that_is_cut_off_anywhere_says_so_after_what_it_holds(suffix: str) -> None:
    packed = PACK[suffix](b"first member") + PACK[suffix](LINES[:5000])
    whole = len(PACK[suffix](b"first member"))
    for end in range(len(packed)):
        if end == whole:
            assert unpack(packed[:end], suffix) == b"first member"
            continue
        stream = expanded(io.BytesIO(packed[:end]), suffix, "some.file")
        got = bytearray()
        with pytest.raises(DocumentError, match="is cut off after") as caught:
            read_into(got, stream)
        assert caught.value.path == "some.file"
        assert (b"first member" + LINES[:5000]).startswith(got)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_damage_is_an_error_or_at_least_no_crash(suffix: str) -> None:
    rng = random.Random(2)
    packed = compress(LINES[:20_000], suffix)
    caught = 0
    for _ in range(200):
        damaged = bytearray(packed)
        damaged[rng.randrange(len(packed))] ^= 1 << rng.randrange(8)
        try:
            unpack(bytes(damaged), suffix)
        except DocumentError:
            caught += 1
    assert caught > 150  # a header may hold a bit that nobody misses


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("garbage", [b"garbage behind it", b"\0\0\0garbage"], ids=["bare", "padded"])
def test_garbage_behind_is_an_error_after_all_content(suffix: str, garbage: bytes) -> None:
    stream = expanded(io.BytesIO(PACK[suffix](b"a line\n") + garbage), suffix, "some.file")
    assert stream.readline() == b"a line\n"
    with pytest.raises(DocumentError, match=r"(damaged|cut off) after 7 bytes"):
        stream.read()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("data", [b"plain text, not packed", b"\0\0\0\0", b"\x1f"], ids=["text", "zeros", "one-byte"])
def test_what_is_not_packed_is_an_error(suffix: str, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"is (damaged|cut off)"):
        unpack(data, suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_is_cut_off(suffix: str) -> None:
    with pytest.raises(DocumentError, match="is cut off after 0 bytes"):
        unpack(b"", suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_bomb_is_refused_before_it_takes_memory(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "UNSUSPECTED", 1 << 23)
    bomb = PACK[suffix](bytes(1 << 27))
    stream = expanded(io.BytesIO(bomb), suffix, "some.file")
    tracemalloc.start()
    try:
        with pytest.raises(DocumentError, match=r"decompression bomb.*unpack it"):
            read_into(None, stream)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 25


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_small_file_may_expand_as_it_likes(suffix: str) -> None:
    assert unpack(PACK[suffix](bytes(1 << 22)), suffix) == bytes(1 << 22)


def test_xz_that_needs_much_memory_is_refused() -> None:
    packed = lzma.compress(b"a", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}])
    assert unpack(packed, ".xz") == b"a"
    with pytest.raises(DocumentError, match="emory"):
        unpack(_with_dictionary_of_1_gb(packed), ".xz")


def _with_dictionary_of_1_gb(data: bytes) -> bytes:
    """Change the size of the dictionary in a block's header, and the header's checksum."""
    size = (data[12] + 1) * 4
    block = bytearray(data[12 : 12 + size])
    at = block.index(b"\x21\x01") + 2  # LZMA2 has one byte of properties
    block[at] = 36
    block[-4:] = zlib.crc32(block[:-4]).to_bytes(4, "little")
    return data[:12] + bytes(block) + data[12 + size :]


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(cuts=st.lists(st.integers(0, 300_000), max_size=5))
@settings(max_examples=10)
def test_equal_content_gives_equal_bytes_however_it_is_written(suffix: str, cuts: list[int]) -> None:
    data = LINES[:300_000]
    places = [0, *sorted(cuts), len(data)]
    file = io.BytesIO()
    stream = compressed(file, suffix)
    for start, end in pairwise(places):
        stream.write(data[start:end])
    stream.close()
    assert not file.closed
    assert file.getvalue() == compress(data, suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_time_does_not_matter(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    then = compress(LINES[:1000], suffix)
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.0)
    assert compress(LINES[:1000], suffix) == then


@pytest.mark.parametrize("suffix", ["", ".txt"])
def test_without_a_codec_the_stream_is_the_file(suffix: str) -> None:
    file: IO[bytes] = io.BytesIO(b"plain")
    assert expanded(file, suffix, "some.file") is file
    assert compressed(file, suffix) is file
    assert compress(b"plain", suffix) == b"plain"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_records_before_the_damage_are_read(suffix: str) -> None:
    packed = PACK[suffix](LINES)
    stream = expanded(io.BytesIO(packed[: -len(packed) // 8]), suffix, "some.file")
    lines = list[bytes]()
    with pytest.raises(DocumentError, match="is cut off"):
        lines.extend(raw.data for c in JsonLines().reader(stream, "some.file").chunks() for raw in c.records)
    assert LINES.startswith(b"".join(lines))
    assert len(lines) > 1000 or suffix == ".bz2"  # which packs 900 kB at a time


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_closing_closes_the_file_that_is_read(suffix: str) -> None:
    raw = io.BytesIO(PACK[suffix](b"a"))
    expanded(raw, suffix, "some.file").close()
    assert raw.closed
