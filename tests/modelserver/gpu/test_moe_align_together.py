"""Programs of one launch that really run at the same time, each interpreted by its own process.

Their memory is shared and the interpreter's atomics are the processor's, so the ticket, the flag
and the count of those who left are tried as they are.
"""

import multiprocessing
import random
import time
from collections.abc import Mapping
from dataclasses import fields

import pytest
import torch
from torch import Tensor

from modelserver.kernels.moe_align import naive
from modelserver.kernels.moe_align.alignment import Alignment, most_padded
from modelserver.kernels.moe_align.triton_kernel import align_rows

ROWS, EXPERTS, BLOCK, TILE = 183, 40, 4, 16
SECONDS = 60

pytestmark = pytest.mark.skipif(
    torch.cuda.is_available(), reason="kernels are compiled where there is a GPU, not interpreted"
)


def shared_room(programs: int) -> dict[str, Tensor]:
    """What a launch reads and writes, in shared memory; results are poisoned."""
    generator = torch.Generator().manual_seed(programs)
    bound = most_padded(ROWS, EXPERTS, BLOCK)
    sizes = {"sorted_token_ids": bound, "expert_ids": bound // BLOCK, "num_tokens_post_padded": 1}
    sizes |= {"ranks": ROWS, "counts": programs * EXPERTS}
    room = {"ids": torch.randint(-1, EXPERTS, (ROWS, 1), generator=generator, dtype=torch.int32)}
    for name, size in sizes.items():
        room[name] = torch.full((size,), -77777, dtype=torch.int32)
    room["state"] = torch.zeros(3, dtype=torch.int32)
    for tensor in room.values():
        tensor.share_memory_()  # type: ignore[no-untyped-call]
    return room


def run_program(program: int, programs: int, together: bool, room: Mapping[str, Tensor]) -> None:
    from triton.runtime.interpreter import interpreter_builder

    forwards, across = interpreter_builder.set_grid_idx, interpreter_builder.set_grid_dim
    interpreter_builder.set_grid_idx = lambda _x, y, z: forwards(program, y, z)
    interpreter_builder.set_grid_dim = lambda _x, y, z: across(programs, y, z)
    chunk = -(-ROWS // (programs * TILE)) * TILE
    time.sleep(random.Random().random() / 10)
    align_rows[(1,)](
        **room,
        length=ROWS,
        chunk=chunk,
        bound=len(room["sorted_token_ids"]),
        EXPERTS=EXPERTS,
        BLOCK=BLOCK,
        TILE=TILE,
        ALONE=False,
        TOGETHER=together,
    )


def launch(programs: int, together: bool, room: Mapping[str, Tensor]) -> None:
    context = multiprocessing.get_context("fork")
    running = [
        context.Process(target=run_program, args=(program, programs, together, room))
        for program in range(programs)
    ]
    for process in running:
        process.start()
    until = time.monotonic() + SECONDS
    for process in running:
        process.join(max(0.0, until - time.monotonic()))
    waiting = [process for process in running if process.is_alive()]
    for process in waiting:
        process.kill()
    assert not waiting, f"{len(waiting)} of {programs} programs still wait"
    assert [process.exitcode for process in running] == [0] * programs


@pytest.mark.parametrize("together", [True, False], ids=["together", "the last one"])
@pytest.mark.parametrize("programs", [2, 5])
def test_programs_at_the_same_time_agree_with_torch_launch_after_launch(
    programs: int, together: bool
) -> None:
    room = shared_room(programs)
    generator = torch.Generator().manual_seed(7)
    for turn in range(3):
        room["ids"].random_(-1, EXPERTS, generator=generator)
        room["sorted_token_ids"].fill_(-77777)
        launch(programs, together, room)
        expected = naive.align(room["ids"], EXPERTS, BLOCK)
        found = Alignment(*(room[field.name] for field in fields(Alignment)))
        for name in vars(expected):
            ours, theirs = getattr(found, name), getattr(expected, name)
            assert torch.equal(ours, theirs), (name, programs, turn)
        assert room["state"].tolist() == [0, 0, 0], (programs, turn)
