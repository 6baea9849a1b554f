"""The CUDA sources in cuda/ as a library for tvm-ffi, built once and kept beside the others.

The same sources build twice: by nvcc for sm_90a, and by the machine's C++ compiler with the host
forms of cuda/intrinsics.cuh, which runs every lane as a fiber (cuda/lanes.h). Loading either needs
no GPU.
"""

import hashlib
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import tvm_ffi
from tvm_ffi import libinfo

from modelserver.kernels import Unsupported, build, toolchain

FOLDER = Path(__file__).with_name("cuda")
SOURCES = sorted(FOLDER.glob("export*.cu"))
LIBRARY_VARIABLE = "MOCKWRIGHT_CUDA_LIBRARY"  # one built before, for where nvcc is not installed

COMMON = ("-std=c++17", "-shared")
# spelt out: -arch=sm_90a alone also assembles for sm_90, which has no wgmma
TARGET = f"-gencode=arch=compute_90a,code={toolchain.ARCHITECTURE}"
CUDA_FLAGS = (*COMMON, *toolchain.NVCC_FLAGS, TARGET)
CUDA_HOST_FLAGS = ("-Xcompiler", "-fPIC,-fvisibility=hidden", "--cudart", "static")
LANES_FLAGS = (*COMMON, "-O1", "-fPIC", "-fvisibility=hidden")


@cache
def load(device: str) -> tvm_ffi.Module:
    """The library for tensors on a kind of device. Raises Unsupported where it cannot be had."""
    library = os.environ.get(LIBRARY_VARIABLE) if device == "cuda" else None
    path = Path(library) if library else built(device)
    try:
        return tvm_ffi.load_module(str(path))
    except (OSError, RuntimeError) as error:
        raise Unsupported(f"{path} does not load: {error}") from error


def built(device: str) -> Path:
    """Where the library is, compiled now if it is not in the cache."""
    try:
        compiler = toolchain.nvcc() if device == "cuda" else build.find_compiler()
        folder = build.cache_folder()
    except build.CannotBuild as error:
        raise Unsupported(str(error)) from error
    command = [compiler, *flags(device, compiler)]
    texts = [path.read_text() for path in sorted(FOLDER.iterdir()) if path.is_file()]
    parts = [run([compiler, "--version"]), tvm_ffi.__version__, *command, *texts]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    path = folder / f"fused-moe-{device}-{key}.so"
    if not path.exists():
        compile_to(path, command)
    return path


def flags(device: str, compiler: str) -> list[str]:
    includes = {libinfo.find_include_path(), libinfo.find_dlpack_include_path()}
    own = [f"-I{folder}" for folder in sorted(includes)]
    own += [f"-L{Path(libinfo.find_libtvm_ffi()).parent}", "-ltvm_ffi"]
    sources = [str(source) for source in SOURCES]
    if device != "cuda":
        return [*LANES_FLAGS, "-x", "c++", *sources, "-x", "none", *own]
    runtime = Path(compiler).parent.with_name("lib")  # where the packages put libcudart_static
    return [*CUDA_FLAGS, *CUDA_HOST_FLAGS, *sources, *own, f"-L{runtime}"]


def compile_to(path: Path, command: list[str]) -> None:
    """A file of its own first: two processes that build at once do not disturb each other."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".build-") as scratch:
        made = Path(scratch) / path.name
        run([*command, "-o", str(made)])
        made.replace(path)


def run(command: list[str]) -> str:
    """What a compiler prints. Raises Unsupported with its complaints where it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=build.BUILD_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise Unsupported(f"{command[0]} failed: {error}") from error
    if done.returncode:
        raise Unsupported(f"{FOLDER.name}/ does not compile:\n{done.stderr.strip()}")
    return done.stdout
