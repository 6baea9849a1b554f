"""Packing moves every code to its place, bit for bit, and needs no second copy of the experts."""

import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from modelserver.quant import int4
from modelserver.quant.int4 import Quantised
from modelserver.quant.pack import Packed, pack

SHAPES = [(1, 16, 128), (3, 48, 256), (2, 32, 640), (5, 16, 1152)]
BF16 = torch.bfloat16
by_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)


def drawn(experts: int, n: int, k: int) -> tuple[Tensor, Quantised]:
    """Codes 0..15 [E, N, K] and the same weights as compressed-tensors keeps them."""
    random = torch.Generator().manual_seed(n * k)
    codes = torch.randint(0, 16, (experts, n, k), generator=random)
    scales = torch.rand(experts, n, k // 32, generator=random).to(BF16)
    return codes, Quantised(int4.pack(codes), scales)


def packed_copy(weight: Quantised) -> Packed:
    return pack(weight.packed.clone(), weight.scales.clone())


def assert_same(one: Packed, other: Packed, shape: object) -> None:
    assert torch.equal(one.words, other.words), shape
    assert torch.equal(one.scales, other.scales), shape


@by_shape
def test_every_code_and_scale_is_where_the_layout_says(shape: tuple[int, int, int]) -> None:
    """Element kk of a row's block holds in nibble j the code of column 128·block + 32·j + kk."""
    experts, n, k = shape
    codes, weight = drawn(*shape)
    packed = packed_copy(weight)
    assert (packed.experts, packed.rows, packed.columns) == shape
    elements = packed.words.view(torch.int16)
    assert elements.shape == (experts, k // 128, n, 32)
    for block in range(k // 128):
        for group in range(4):
            first = 128 * block + 32 * group
            plane = (elements[:, block] >> 4 * group) & 15
            assert torch.equal(plane.long(), codes[:, :, first : first + 32]), (block, group)
            scale = weight.scales[:, :, first // 32]
            assert torch.equal(packed.scales[:, block, :, group], scale), (block, group)


def test_the_first_word_of_compressed_tensors_is_taken_apart_by_hand() -> None:
    """Codes of columns 0..7 from the lowest nibble up, as compressed-tensors packs them."""
    words = torch.zeros(1, 16, 16, dtype=torch.int32)
    words[0, 0, 0] = 0x76543210
    words[0, 0, 4] = 0x0000000F  # column 32, the first of group 1
    packed = pack(words, torch.ones(1, 16, 4, dtype=BF16))
    assert packed.words[0, 0, 0].tolist()[:5] == [0x000100F0, 0x00030002, 0x00050004, 0x00070006, 0]
    assert packed.words[0, 0, 1:].count_nonzero() == 0


def test_each_of_the_sixteen_codes_decodes_to_itself_in_every_place() -> None:
    """0x4300 | code is 128 + code in bf16, and 136 less is the weight in steps."""
    codes = torch.arange(16).repeat(16 * 128).view(16, 128, 16).transpose(1, 2).contiguous()
    for shift in range(16):
        moved = (codes + shift) % 16
        packed = pack(int4.pack(moved), torch.ones(16, 16, 4, dtype=BF16))
        for group in range(4):
            bits = (packed.words >> 4 * group) & 0x000F000F | 0x43004300
            steps = bits.view(BF16).float() - 136
            expected = moved[:, :, 32 * group : 32 * group + 32] - 8
            assert torch.equal(steps[:, 0], expected.float()), (shift, group)


@by_shape
def test_unpacking_gives_back_every_bit(shape: tuple[int, int, int]) -> None:
    _, weight = drawn(*shape)
    again = packed_copy(weight).unpack()
    assert torch.equal(again.packed, weight.packed), shape
    assert torch.equal(again.scales, weight.scales), shape


def test_words_with_the_sign_bit_set_survive() -> None:
    words = torch.full((1, 16, 16), -1, dtype=torch.int32)
    words[0, 3, 5] = -(2**31)
    weight = Quantised(words, torch.ones(1, 16, 4, dtype=BF16))
    assert torch.equal(packed_copy(weight).unpack().packed, weight.packed)


def transposed(tensor: Tensor) -> Tensor:
    """The same values, kept as SGLang keeps them: [E, K, N]."""
    return tensor.transpose(1, 2).contiguous().transpose(1, 2)


def spaced(tensor: Tensor) -> Tensor:
    """The same values, with room between experts."""
    room = torch.zeros(len(tensor), 2, *tensor.shape[1:], dtype=tensor.dtype)
    room[:, 0] = tensor
    return room[:, 0]


@pytest.mark.parametrize("keep", [torch.clone, transposed, spaced], ids=lambda keep: keep.__name__)
@by_shape
def test_dense_experts_are_packed_where_they_lie(
    keep: Callable[[Tensor], Tensor], shape: tuple[int, int, int]
) -> None:
    _, weight = drawn(*shape)
    words, scales = keep(weight.packed), keep(weight.scales)
    packed = pack(words, scales)
    assert packed.words.data_ptr() == words.data_ptr()
    assert packed.scales.data_ptr() == scales.data_ptr()
    assert_same(packed, packed_copy(weight), shape)


def test_what_lies_between_experts_is_left_alone() -> None:
    _, weight = drawn(3, 48, 256)
    words, scales = spaced(weight.packed), spaced(weight.scales)
    pack(words, scales)
    for tensor in (words, scales):
        room = torch.empty(0, dtype=tensor.dtype).set_(tensor.untyped_storage())
        assert room.view(3, 2, -1)[:, 1].count_nonzero() == 0


def every_second_row(tensor: Tensor) -> Tensor:
    return tensor.repeat_interleave(2, 1)[:, ::2]


def one_for_all(tensor: Tensor) -> Tensor:
    return tensor[:1].expand_as(tensor)


@pytest.mark.parametrize("keep", [every_second_row, one_for_all], ids=lambda keep: keep.__name__)
def test_experts_with_gaps_or_in_common_memory_are_packed_elsewhere(
    keep: Callable[[Tensor], Tensor],
) -> None:
    _, weight = drawn(3, 48, 256)
    words, scales = keep(weight.packed), keep(weight.scales)
    before = words.clone(), scales.clone()
    packed = pack(words, scales)
    assert packed.words.data_ptr() != words.data_ptr()
    assert packed.scales.data_ptr() != scales.data_ptr()
    assert torch.equal(words, before[0]) and torch.equal(scales, before[1])
    assert_same(packed, pack(*before), keep.__name__)


SLICES = {
    "experts of one rank": (slice(2, 4), slice(None), slice(None)),
    "rows of one rank": (slice(None), slice(16, 48), slice(None)),
    "columns of one rank": (slice(None), slice(None), slice(128, 384)),
    "all three": (slice(1, 3), slice(32, 48), slice(128, 256)),
}


@pytest.mark.parametrize("part", SLICES.values(), ids=SLICES)
def test_packing_a_slice_is_slicing_what_is_packed(part: tuple[slice, slice, slice]) -> None:
    _, weight = drawn(5, 64, 512)
    whole = packed_copy(weight)
    experts, rows, columns = part
    start, stop, _ = columns.indices(512)
    of_slice = pack(
        weight.packed[experts, rows, start // 8 : stop // 8],
        weight.scales[experts, rows, start // 32 : stop // 32],
    )
    blocks = slice(start // 128, stop // 128)
    sliced = Packed(whole.words[experts, blocks, rows], whole.scales[experts, blocks, rows])
    assert_same(of_slice, sliced, part)
    assert torch.equal(sliced.unpack().packed, of_slice.unpack().packed)


PEAK = """
import resource, torch
from modelserver.quant.pack import pack
torch.set_num_threads(1)
def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
small = torch.zeros(2, 256, 256, dtype=torch.int32)
pack(small, torch.zeros(2, 256, 64, dtype=torch.bfloat16))
words = torch.full((256, 256, 256), 7, dtype=torch.int32)
scales = torch.full({shape}, 1, dtype=torch.bfloat16)
{keep}
before = most()
pack(words, scales)
print(most() - before)
"""
TRANSPOSED = "words, scales = words.transpose(1, 2), scales.transpose(1, 2)"


@pytest.mark.parametrize(
    ("shape", "keep"),
    [((256, 256, 64), ""), ((256, 64, 256), TRANSPOSED)],
    ids=["as they are", "transposed"],
)
def test_no_second_copy_of_the_experts_is_made(shape: tuple[int, int, int], keep: str) -> None:
    """67 MB of codes in 256 experts."""
    program = PEAK.format(shape=shape, keep=keep)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 8 * 1024, "kB"


def test_scales_of_another_dtype_become_bf16() -> None:
    _, weight = drawn(2, 16, 128)
    scales = weight.scales.float()
    packed = pack(weight.packed.clone(), scales)
    assert packed.scales.dtype == BF16
    assert_same(packed, packed_copy(weight), "float32 scales")


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ((1, 24, 128), r"\[24, 128\] is not in multiples of 16 rows and 128 columns"),
        ((1, 16, 192), r"\[16, 192\] is not in multiples"),
        ((1, 0, 128), r"\[0, 128\] is not in multiples"),
    ],
    ids=str,
)
def test_shapes_that_do_not_fit_the_layout_are_refused(
    shape: tuple[int, int, int], reason: str
) -> None:
    experts, n, k = shape
    words = torch.zeros(experts, n, k // 8, dtype=torch.int32)
    with pytest.raises(ValueError, match=reason):
        pack(words, torch.ones(experts, n, k // 32, dtype=BF16))


def test_codes_and_scales_that_do_not_belong_together_are_refused() -> None:
    words = torch.zeros(2, 16, 16, dtype=torch.int32)
    with pytest.raises(ValueError, match=r"scales of \(2, 16, 16\) is \(2, 16, 4\)"):
        pack(words, torch.ones(2, 16, 8, dtype=BF16))
    with pytest.raises(ValueError, match="packed is int32"):
        pack(words.long(), torch.ones(2, 16, 4, dtype=BF16))
    with pytest.raises(ValueError, match="words is int32"):
        Packed(words, torch.ones(2, 16, 4, dtype=BF16))
    with pytest.raises(ValueError, match="scales is bf16"):
        Packed(words.view(2, 1, 16, 16), torch.ones(2, 1, 16, 4))


def test_no_experts_are_packed_into_nothing() -> None:
    packed = pack(torch.zeros(0, 16, 16, dtype=torch.int32), torch.ones(0, 16, 4, dtype=BF16))
    assert (packed.experts, packed.rows, packed.columns) == (0, 16, 128)
