import pytest
import torch
from torch import Tensor

from modelserver.kernels.mla_decode import cpu, naive

CONTEXT = 96


class Case:
    """Requests whose positions lie scattered over a cache."""

    def __init__(self, lengths: list[int], dtype: torch.dtype, heads: int = 4, width: int = 576):
        torch.manual_seed(len(lengths))
        tokens = len(lengths) * CONTEXT
        self.q = torch.randn(len(lengths), heads, width).to(dtype)
        self.cache = torch.randn(tokens, 1, width).to(dtype)[:, 0]
        self.slots = torch.randperm(tokens, dtype=torch.int32).view(len(lengths), CONTEXT)
        self.requests = torch.randperm(len(lengths))
        self.lengths = torch.tensor(lengths)
        self.value = width - 64

    def answer(self, kernel: object = cpu) -> Tensor:
        out = torch.full((*self.q.shape[:2], self.value), torch.nan, dtype=self.q.dtype)
        where = (self.cache, self.slots, self.requests, self.lengths)
        kernel.mla_decode(self.q, *where, 0.07, out)  # type: ignore[attr-defined]
        return out

    def truth(self) -> Tensor:
        double = Case.__new__(Case)
        double.__dict__.update(vars(self), q=self.q.double())
        return double.answer(naive)


@pytest.mark.parametrize("heads", [1, 3, 4, 9])
@pytest.mark.parametrize("width", [80, 576])
def test_in_float32_it_is_the_formula(heads: int, width: int) -> None:
    case = Case([1, 15, 16, 17, 96], torch.float32, heads, width)
    torch.testing.assert_close(case.answer().double(), case.truth(), rtol=0, atol=2e-6)


def test_in_bf16_only_the_result_is_rounded() -> None:
    case = Case([1, 33, 96], torch.bfloat16)
    error = (case.answer().double() - case.truth()).abs()
    assert bool((error <= case.truth().abs() / 256 + 1e-6).all())


@pytest.mark.parametrize("factor", [1e-30, 60.0, 1e4])
def test_no_size_of_score_overflows(factor: float) -> None:
    case = Case([7, 96], torch.float32)
    case.q *= factor
    torch.testing.assert_close(case.answer().double(), case.truth(), rtol=0, atol=1e-2)


def test_a_request_does_not_change_with_the_others() -> None:
    case = Case([96, 50, 3], torch.bfloat16)
    together = case.answer()
    for i in range(3):
        alone = Case.__new__(Case)
        one = slice(i, i + 1)
        alone.__dict__.update(
            vars(case), q=case.q[one], requests=case.requests[one], lengths=case.lengths[one]
        )
        assert torch.equal(alone.answer()[0], together[i])


def test_two_threads_give_the_bits_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case([96, 50, 3], torch.float32)
    one = case.answer()
    monkeypatch.setattr(cpu, "THREADED_FROM", 0)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    assert torch.equal(case.answer(), one)


def test_a_nan_stays_in_its_request() -> None:
    case = Case([20, 20], torch.float32)
    case.cache[int(case.slots[case.requests[0], 5])] = torch.nan
    answer = case.answer()
    assert bool(answer[0].isnan().all())
    assert bool(answer[1].isfinite().all())


def test_what_does_not_fit_is_refused() -> None:
    odd = Case([4], torch.float32, width=72)
    with pytest.raises(ValueError, match="multiples of 16"):
        odd.answer()
    mixed = Case([4], torch.float32)
    mixed.cache = mixed.cache.bfloat16()
    with pytest.raises(ValueError, match="bfloat16"):
        mixed.answer()
