"""What ptxas made of a kernel: registers, stack, shared memory, and its main loops.

`cuobjdump` prints the machine code (SASS) of a cubin. Its control flow is followed from block to
block, so that a loop is what is really repeated: code that the assembler put elsewhere (the second
try of a wait) is not mistaken for it, and code between its ends that is left by a jump is not
counted. The listing of a cubin is kept beside it in the cache of `modelserver.kernels.build`.
"""

import gzip
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelserver.kernels import build

FUNCTION = re.compile(r"^\s+Function : (\S+)$", re.MULTILINE)
LINE = re.compile(r"^\s+/\*([0-9a-f]{4,6})\*/\s+(@!?U?P\w+\s+)?([A-Z][\w.]*)([^;]*);", re.MULTILINE)
USAGE = re.compile(r"Function (\S+):\s+REG:(\d+) STACK:(\d+) SHARED:(\d+)")
ADDRESS = re.compile(r"0x([0-9a-f]+)")
SPILLS = ("LDL", "STL")  # loads and stores of a thread's own memory
ENDS = ("EXIT", "RET")


@dataclass(frozen=True)
class Instruction:
    address: int
    opcode: str  # with its suffixes, as HMMA.16816.F32.BF16
    conditional: bool
    target: int | None  # of a jump

    @property
    def name(self) -> str:
        return self.opcode.partition(".")[0]


@dataclass(frozen=True)
class Loop:
    """A loop that nothing inside repeats, but for waits: what one warp issues in one turn."""

    instructions: int
    mma: int


@dataclass(frozen=True)
class Machine:
    """One kernel's machine code. `shared` is static shared memory in bytes, `stack` bytes."""

    function: str
    registers: int
    stack: int
    shared: int
    instructions: tuple[Instruction, ...]

    @property
    def counts(self) -> Counter[str]:
        return Counter(each.name for each in self.instructions)

    def count(self, opcode: str) -> int:
        """Instructions of an opcode with at least these suffixes, as BAR.SYNC."""
        return sum(f"{each.opcode}.".startswith(f"{opcode}.") for each in self.instructions)

    @property
    def spills(self) -> int:
        """Instructions that move registers to and from memory."""
        return sum(self.counts[name] for name in SPILLS)

    def loops(self, mma: str) -> tuple[Loop, ...]:
        """The innermost loops with matrix instructions `mma` in them, the fullest first."""
        found = innermost_loops(blocks_of(self.instructions), mma)
        return tuple(sorted(found, key=lambda loop: -loop.mma))


def read(cubin: Path, cuobjdump: str) -> tuple[Machine, ...]:
    """Every kernel in a cubin."""
    usage = {
        name: (int(registers), int(stack), int(shared))
        for name, registers, stack, shared in USAGE.findall(tell(cuobjdump, "-res-usage", cubin))
    }
    _, *parts = FUNCTION.split(listing(cubin, cuobjdump))
    code = dict(zip(parts[::2], parts[1::2], strict=True))
    return tuple(
        Machine(name, *usage[name], instructions=parse(text)) for name, text in code.items()
    )


def listing(cubin: Path, cuobjdump: str) -> str:
    """The machine code as text. cuobjdump has it from the nvdisasm beside it, in a second each."""
    programs = (Path(cuobjdump), Path(cuobjdump).with_name("nvdisasm"))
    parts = [
        cubin.read_bytes().hex(),
        *(build.identity(each) for each in programs if each.exists()),
    ]
    kept = build.built_once(
        cubin.stem,
        ".sass.gz",
        parts,
        lambda made: made.write_bytes(gzip.compress(tell(cuobjdump, "-sass", cubin).encode())),
    )
    return gzip.decompress(kept.read_bytes()).decode()


def tell(cuobjdump: str, what: str, cubin: Path) -> str:
    done = subprocess.run(
        [cuobjdump, what, str(cubin)], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def parse(text: str) -> tuple[Instruction, ...]:
    """The instructions in cuobjdump's listing of one function."""
    found = []
    for address, predicate, opcode, operands in LINE.findall(text):
        target = None
        if opcode.startswith("BRA"):
            jump = ADDRESS.search(operands)
            target = int(jump[1], 16) if jump else None
        conditional = bool(predicate) or "P" in operands.partition("0x")[0]
        found.append(Instruction(int(address, 16), opcode, conditional, target))
    return tuple(found)


@dataclass(frozen=True)
class Block:
    """Instructions that are entered at the first and left after the last."""

    instructions: tuple[Instruction, ...]
    successors: tuple[int, ...]  # indices of blocks


def blocks_of(instructions: Sequence[Instruction]) -> tuple[Block, ...]:
    """The graph of control flow; the first block is the entry."""
    places = {each.address: place for place, each in enumerate(instructions)}
    leaders = {0} | {places[each.target] for each in instructions if each.target is not None}
    leaders |= {
        place + 1
        for place, each in enumerate(instructions)
        if each.target is not None or each.name in ENDS
    }
    starts = sorted(leader for leader in leaders if leader < len(instructions))
    number = {start: index for index, start in enumerate(starts)}
    blocks = []
    for start, end in zip(starts, [*starts[1:], len(instructions)], strict=True):
        last = instructions[end - 1]
        successors = [] if last.target is None else [number[places[last.target]]]
        leaves = (last.target is not None or last.name in ENDS) and not last.conditional
        if not leaves and end in number:
            successors.append(number[end])
        blocks.append(Block(tuple(instructions[start:end]), tuple(successors)))
    return tuple(blocks)


def innermost_loops(blocks: Sequence[Block], mma: str) -> list[Loop]:
    bodies = natural_loops(blocks)
    weight = [sum(each.name == mma for each in block.instructions) for block in blocks]
    full = [body for body in bodies if any(weight[index] for index in body)]
    waits = [body for body in bodies if body not in full]
    found = []
    for body in full:
        if any(other < body for other in full):
            continue
        issued = body.difference(*(wait for wait in waits if wait < body))
        found.append(
            Loop(
                sum(len(blocks[index].instructions) for index in issued),
                sum(weight[index] for index in issued),
            )
        )
    return found


def natural_loops(blocks: Sequence[Block]) -> list[frozenset[int]]:
    """The bodies of all loops: for each block that is jumped back to, what leads to the jump."""
    dominators = dominators_of(blocks)
    predecessors: list[list[int]] = [[] for _ in blocks]
    for index, block in enumerate(blocks):
        for successor in block.successors:
            predecessors[successor].append(index)
    bodies: dict[int, set[int]] = {}
    for tail, block in enumerate(blocks):
        for head in block.successors:
            if head not in dominators[tail]:
                continue
            body = bodies.setdefault(head, {head})
            reached = [tail]
            while reached:
                index = reached.pop()
                if index not in body:
                    body.add(index)
                    reached.extend(predecessors[index])
    return [frozenset(body) for body in bodies.values()]


def dominators_of(blocks: Sequence[Block]) -> list[set[int]]:
    """For each block those that every way from the entry goes through; empty if there is none."""
    dominators: list[set[int]] = [{0}] + [set() for _ in blocks[1:]]
    changed = [0]
    while changed:
        index = changed.pop()
        for successor in blocks[index].successors:
            known = dominators[successor]
            through = dominators[index] | {successor}
            better = through & known | {successor} if known else through
            if better != known:
                dominators[successor] = better
                changed.append(successor)
    return dominators
