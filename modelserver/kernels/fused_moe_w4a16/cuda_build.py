"""The CUDA sources in cuda/ as a library for tvm-ffi, built once and kept beside the others.

The same sources build twice: by nvcc for sm_90a, and by the machine's C++ compiler with the host
forms of cuda/intrinsics.cuh, which runs every lane as a fiber (cuda/lanes.h). Loading either needs
no GPU. Where there is one, it is asked first whether its tensor core keeps subnormal bf16; if not,
a library with other codes takes over.
"""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
import tvm_ffi
from tvm_ffi import libinfo

from modelserver.kernels import Unsupported, build, toolchain

FOLDER = Path(__file__).with_name("cuda")
SOURCES = sorted(FOLDER.glob("export*.cu"))
# those built before, for where there are no compilers; one with other codes is beside it
LIBRARY_VARIABLES = {"cuda": "MOCKWRIGHT_CUDA_LIBRARY", "cpu": "MOCKWRIGHT_LANES_LIBRARY"}
SUBNORMAL, OFFSET = "Subnormal", "Offset"  # of cuda/codes.cuh

# spelt out: -arch=sm_90a alone also assembles for sm_90, which has no wgmma
TARGET = f"-gencode=arch=compute_90a,code={toolchain.ARCHITECTURE}"
CUDA_FLAGS = (*toolchain.NVCC_FLAGS, TARGET, "-Xcompiler", "-fPIC,-fvisibility=hidden")
LANES_FLAGS = ("-std=c++17", "-O1", "-fPIC", "-fvisibility=hidden", "-x", "c++")
READ = (".cu", ".cuh", ".h")


@dataclass(frozen=True)
class Compiler:
    """A program, what it is told with each source, and with all that came of them."""

    program: str
    compiling: tuple[str, ...]
    linking: tuple[str, ...]


@cache
def load(device: str) -> tvm_ffi.Module:
    """The library for tensors on a kind of device. Raises Unsupported where it cannot be had."""
    library = loaded(device, SUBNORMAL)
    if device != "cuda" or not torch.cuda.is_available():
        return library
    codes = codes_for(*probed(library, device))
    return library if codes == SUBNORMAL else loaded(device, codes)


def probed(library: tvm_ffi.Module, device: str) -> tuple[bool, bool]:
    """Whether mma keeps subnormal bf16, and whether fma.bf16x2 does."""
    found = torch.zeros(2, device=device)
    library.probe(found)
    mma, fma = found.tolist()
    return mma == 1, fma == 1


def codes_for(mma: bool, fma: bool) -> str:
    """Which codes to compute with. Raises Unsupported where prefill would be wrong with either."""
    if not fma:
        raise Unsupported("this GPU's fma.bf16x2 does not keep subnormal bf16, as prefill needs")
    return SUBNORMAL if mma else OFFSET


def loaded(device: str, codes: str) -> tvm_ffi.Module:
    named = os.environ.get(LIBRARY_VARIABLES[device])
    path = beside(Path(named), codes) if named else built(device, codes)
    try:
        return tvm_ffi.load_module(str(path))
    except (OSError, RuntimeError) as error:
        raise Unsupported(f"{path} does not load: {error}") from error


def beside(path: Path, codes: str) -> Path:
    """Where the library with these codes lies, from where the first one does."""
    return path if codes == SUBNORMAL else path.with_stem(f"{path.stem}-{codes.lower()}")


def built(device: str, codes: str = SUBNORMAL) -> Path:
    """Where the library is, compiled now if it is not in the cache."""
    compiler = compiler_for(device, codes)
    texts = [path.read_text() for path in sorted(FOLDER.iterdir()) if path.suffix in READ]
    version = run([compiler.program, "--version"])
    parts = [version, tvm_ffi.__version__, *compiler.compiling, *compiler.linking, *texts]
    return build.built_once(
        f"fused-moe-{device}", ".so", parts, lambda made: compile_to(made, compiler)
    )


def compiler_for(device: str, codes: str) -> Compiler:
    folders = {libinfo.find_include_path(), libinfo.find_dlpack_include_path()}
    flags = [f"-DCODES={codes}", *(f"-I{folder}" for folder in sorted(folders))]
    linking = ["-shared", f"-L{Path(libinfo.find_libtvm_ffi()).parent}", "-ltvm_ffi"]
    if device != "cuda":
        return Compiler(build.find_compiler(), (*LANES_FLAGS, *flags), tuple(linking))
    nvcc = toolchain.nvcc()
    runtime = Path(nvcc).parent.with_name("lib")  # where the packages put libcudart_static
    linking += ["--cudart", "static", f"-L{runtime}"]
    return Compiler(nvcc, (*CUDA_FLAGS, *flags), tuple(linking))


def compile_to(path: Path, compiler: Compiler) -> None:
    """All sources at once, their objects beside the library."""
    objects = [str(path.with_name(f"{source.stem}.o")) for source in SOURCES]
    commands = [
        [compiler.program, *compiler.compiling, "-c", str(source), "-o", made]
        for source, made in zip(SOURCES, objects, strict=True)
    ]
    with ThreadPoolExecutor(len(commands)) as pool:
        list(pool.map(run, commands))
    run([compiler.program, *objects, *compiler.linking, "-o", str(path)])


def run(command: list[str]) -> str:
    """What a compiler prints. Raises Unsupported with its complaints where it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=build.BUILD_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise Unsupported(f"{command[0]} failed: {error}") from error
    if done.returncode:
        raise Unsupported(f"{FOLDER.name}/ does not compile:\n{done.stderr.strip()}")
    return done.stdout
