"""Packing and quantising, against compressed-tensors where it does the same."""

import pytest
import torch
from compressed_tensors.compressors.pack_quantized.helpers import pack_to_int32, unpack_from_int32
from compressed_tensors.quantization import QuantizationArgs
from compressed_tensors.quantization.lifecycle.forward import dequantize, quantize
from compressed_tensors.quantization.utils import calculate_qparams
from torch import Tensor

from modelserver.quant.int4 import GROUP, Quantised, fake_quantise, pack, quantise, unpack

LIBRARY = QuantizationArgs(
    num_bits=4, type="int", symmetric=True, strategy="group", group_size=GROUP
)
SHAPES = [(1, 32), (3, 64), (1408, 2048), (2048, 1408), (4, 64, 96), (2, 3, 8, 32)]


def random_weight(*shape: int, dtype: torch.dtype = torch.float32, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).mul(0.02).to(dtype)


def grouped(weight: Tensor) -> Tensor:
    return weight.reshape(*weight.shape[:-1], -1, GROUP)


def library_scales(weight: Tensor) -> Tensor:
    groups = grouped(weight)
    scales, _ = calculate_qparams(groups.amin(-1), groups.amax(-1), LIBRARY)
    result: Tensor = scales.to(torch.bfloat16)
    return result


def library_codes(weight: Tensor, scales: Tensor) -> Tensor:
    rows = weight.reshape(-1, weight.shape[-1])
    values = quantize(rows, scales.reshape(len(rows), -1), None, LIBRARY, dtype=torch.int8)
    result: Tensor = (values + 8).to(torch.uint8).reshape(weight.shape)
    return result


# packing


def test_the_first_code_sits_in_the_lowest_four_bits() -> None:
    assert pack(torch.tensor([1, 2, 3, 4, 5, 6, 7, 8])).item() == -0x789ABCDF  # 0x87654321


@pytest.mark.parametrize("code", range(16))
def test_each_code_survives_at_each_place_of_a_word(code: int) -> None:
    codes = torch.zeros(8, 8, dtype=torch.uint8)
    codes.fill_diagonal_(code)
    assert torch.equal(unpack(pack(codes)), codes)


@pytest.mark.parametrize("shape", SHAPES)
def test_packing_equals_the_library_bit_for_bit(shape: tuple[int, ...]) -> None:
    codes = torch.randint(16, shape, generator=torch.Generator().manual_seed(1))
    rows = (codes - 8).to(torch.int8).reshape(-1, shape[-1])
    packed = pack(codes)
    assert torch.equal(packed.reshape(len(rows), -1), pack_to_int32(rows, 4))
    unpacked = unpack_from_int32(packed.reshape(len(rows), -1), 4, rows.shape)
    assert torch.equal(unpack(packed), (unpacked + 8).to(torch.uint8).reshape(shape))


def test_a_slice_of_the_packed_codes_is_the_packed_slice() -> None:
    codes = torch.randint(16, (4, 6, 128), generator=torch.Generator().manual_seed(2))
    packed = pack(codes)
    assert torch.equal(packed[1:3], pack(codes[1:3]))
    assert torch.equal(packed[:, 2:5], pack(codes[:, 2:5]))
    assert torch.equal(unpack(packed[..., 4:12]), codes[..., 32:96].to(torch.uint8))


@pytest.mark.parametrize("code", [-1, 16, 255])
def test_a_code_outside_four_bits_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match=r"codes must be 0\.\.15"):
        pack(torch.tensor([0] * 7 + [code]))


def test_codes_that_fill_no_word_are_refused() -> None:
    with pytest.raises(ValueError, match="12 codes: not a multiple of 8"):
        pack(torch.zeros(2, 12, dtype=torch.uint8))


def test_packed_codes_of_another_type_are_refused() -> None:
    with pytest.raises(ValueError, match="packed codes are int32"):
        unpack(torch.zeros(2, 4, dtype=torch.int64))


# quantising


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_scales_equal_the_library_bit_for_bit(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    weight = random_weight(*shape, dtype=dtype)
    assert torch.equal(quantise(weight).scales, library_scales(weight))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_codes_equal_the_library_on_the_float32_weight(
    shape: tuple[int, ...], dtype: torch.dtype
) -> None:
    weight = random_weight(*shape, dtype=dtype)
    quantised = quantise(weight)
    expected = library_codes(weight.to(torch.float32), quantised.scales)
    assert torch.equal(unpack(quantised.packed), expected)


def test_where_the_library_rounds_a_bf16_weight_twice_ours_is_nearer() -> None:
    weight = random_weight(512, 2048, dtype=torch.bfloat16)
    ours = quantise(weight)
    theirs = Quantised(pack(library_codes(weight, ours.scales)), ours.scales)
    differ = unpack(ours.packed) != unpack(theirs.packed)
    assert 0 < differ.float().mean() < 0.02
    errors = [(each.dequantise(torch.float32) - weight).abs()[differ] for each in (ours, theirs)]
    assert (errors[0] <= errors[1]).all()


@pytest.mark.parametrize("shape", [(1, 32), (3, 64), (1408, 2048)])
def test_dequantising_equals_the_library_bit_for_bit(shape: tuple[int, ...]) -> None:
    quantised = quantise(random_weight(*shape))
    codes = unpack_from_int32(quantised.packed, 4, torch.Size(shape))
    args = LIBRARY  # inferred from the shapes, one group a row would pass for channel-wise
    assert torch.equal(quantised.dequantise(), dequantize(codes, quantised.scales, args=args))


def test_all_sixteen_codes_are_used_and_mean_what_they_should() -> None:
    weight = torch.arange(-8, 8).repeat(2).reshape(1, 32) * 0.5
    weight[0, 0] = -3.75  # absmax / 7.5 is then 0.5 and the other −4 goes to code 0
    weight[0, 16] = -3.75
    quantised = quantise(weight)
    assert quantised.scales.tolist() == [[0.5]]
    assert unpack(quantised.packed)[0].tolist() == [*range(16)] * 2
    values = [step * 0.5 for step in range(-8, 8)] * 2
    assert quantised.dequantise(torch.float32)[0].tolist() == values


@pytest.mark.parametrize("search", [False, True])
def test_slices_for_tensor_and_expert_parallel_quantise_alike(search: bool) -> None:
    weight = random_weight(4, 96, 256)
    whole = quantise(weight, search=search)
    for part, packed, scales in [
        (weight[2:], whole.packed[2:], whole.scales[2:]),
        (weight[:, 32:64], whole.packed[:, 32:64], whole.scales[:, 32:64]),
        (weight[..., 64:192], whole.packed[..., 8:24], whole.scales[..., 2:6]),
    ]:
        alone = quantise(part, search=search)
        assert torch.equal(alone.packed, packed)
        assert torch.equal(alone.scales, scales)
        assert torch.equal(alone.dequantise(), Quantised(packed, scales).dequantise())


@pytest.mark.parametrize("magnitude", [1e-38, 1e-30, 0.02, 1.0, 3e38])
def test_no_value_is_off_by_more_than_half_a_step(magnitude: float) -> None:
    weight = torch.rand(256, 256, generator=torch.Generator().manual_seed(3)) * 2 - 1
    weight = weight * magnitude
    quantised = quantise(weight)
    off = grouped(quantised.dequantise(torch.float32) - weight).abs()
    # Half a step, and where the bf16 scale is rounded down 7.5 · 2⁻⁸ more at the clipped end.
    bound = (0.5 + 7.5 * 2**-8) * quantised.scales.to(torch.float32)
    assert (off <= bound.unsqueeze(-1)).all()


@pytest.mark.parametrize("value", [0.0, -0.0, 1e-45, 1e-39])
def test_a_group_of_nearly_nothing_becomes_zeros_with_the_librarys_scale(value: float) -> None:
    weight = torch.full((2, 64), value)
    weight[:, 32:] = 1.0
    quantised = quantise(weight)
    assert (quantised.dequantise()[:, :32] == 0).all()
    assert torch.equal(quantised.scales[:, 0], library_scales(torch.zeros(2, 32).bfloat16())[:, 0])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_value_that_is_no_number_is_refused_with_its_group(
    value: float, dtype: torch.dtype
) -> None:
    weight = torch.zeros(2, 3, 64, dtype=dtype)
    weight[1, 2, 40] = value
    with pytest.raises(ValueError, match=r"NaN or infinite value, first in group \(1, 2, 1\)"):
        quantise(weight)


def test_a_width_that_is_no_multiple_of_32_is_refused() -> None:
    for refuse in (quantise, fake_quantise):
        with pytest.raises(ValueError, match="K = 48 is not a multiple of the group size 32"):
            refuse(torch.zeros(2, 48))


def test_whole_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"got torch\.int8"):
        quantise(torch.zeros(2, 32, dtype=torch.int8))


def test_codes_and_scales_of_different_weights_do_not_go_together() -> None:
    with pytest.raises(ValueError, match="do not fit each other"):
        Quantised(quantise(torch.ones(2, 64)).packed, quantise(torch.ones(2, 96)).scales)


# search


def squared_errors(weight: Tensor, quantised: Quantised) -> Tensor:
    off = quantised.dequantise(torch.float32).double() - weight.double()
    return grouped(off).square().sum(-1)


@pytest.mark.parametrize("spread", ["normal", "uniform", "one outlier", "few values"])
def test_the_search_never_makes_a_groups_squared_error_worse(spread: str) -> None:
    generator = torch.Generator().manual_seed(4)
    weight = {
        "normal": lambda: torch.randn(256, 512, generator=generator),
        "uniform": lambda: torch.rand(256, 512, generator=generator) - 0.5,
        "one outlier": lambda: (
            torch.randn(256, 512, generator=generator)
            * torch.where(torch.arange(512) % GROUP == 5, 20, 1)
        ),
        "few values": lambda: torch.randint(-7, 8, (256, 512), generator=generator).float(),
    }[spread]()
    plain = squared_errors(weight, quantise(weight))
    searched = squared_errors(weight, quantise(weight, search=True))
    assert (searched <= plain * (1 + 1e-5)).all()  # compared in float32 while searching


def test_the_search_makes_a_normal_weight_at_least_a_tenth_better() -> None:
    weight = random_weight(512, 2048)
    plain = squared_errors(weight, quantise(weight)).sum()
    assert squared_errors(weight, quantise(weight, search=True)).sum() < 0.9 * plain


# fake quantising


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_fake_quantising_is_quantising_and_back(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    weight = random_weight(*shape, dtype=dtype)
    expected = quantise(weight).dequantise(dtype)
    faked = fake_quantise(weight)
    assert faked.dtype == dtype
    assert torch.equal(faked, expected)


def test_the_gradient_goes_through_fake_quantising_unchanged() -> None:
    weight = random_weight(64, 96).requires_grad_()
    seed = random_weight(64, 96, seed=5)
    fake_quantise(weight).backward(seed)  # type: ignore[no-untyped-call]
    assert weight.grad is not None
    assert torch.equal(weight.grad, seed)


def test_fake_quantising_shows_a_nan_instead_of_hiding_it() -> None:
    weight = torch.ones(1, 64)
    weight[0, 3] = float("nan")
    faked = fake_quantise(weight)
    assert faked[0, :32].isnan().any()
    assert (faked[0, 32:] - 1).abs().max() < 0.1
