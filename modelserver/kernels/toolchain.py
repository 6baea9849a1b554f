"""The compilers for GPUs, found in installed packages or on PATH, and cubins made with them.

Nothing here needs a GPU. Triton cannot compile in a process whose TRITON_INTERPRET is set. What
nvcc makes is kept as `modelserver.kernels.build` keeps libraries; Triton keeps its own.
"""

import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from modelserver.kernels import Unsupported, build
from modelserver.kernels.variants import CudaVariant, TritonVariant

ARCHITECTURE = "sm_90a"
CAPABILITY, WARP = 90, 32
# what nvcc defines for ARCHITECTURE where it compiles, and not where it only preprocesses
ARCHITECTURE_MACROS = (
    *("__CUDA_ARCH_FEAT_SM90_ALL", "__CUDA_ARCH_SPECIFIC__=900"),
    "__CUDA_ARCH_FAMILY_SPECIFIC__=900",
)
FLAGS_VARIABLES = ("NVCC_PREPEND_FLAGS", "NVCC_APPEND_FLAGS")
NVCC_FLAGS = ("-O3", "-std=c++17", "-lineinfo", "--expt-relaxed-constexpr")
# What ptxas only remarks upon: wgmma serialised or with waits of its own, setmaxnreg ignored.
SPOILT = re.compile(r"\(C75\d\d\)")
COMPILE_SECONDS = 300
ALIGNMENT = 16
TRITON_BINARIES = "backends/nvidia/bin"
NVCC_PACKAGE = "nvidia.cu13"


def package_folder(package: str) -> Path | None:
    """Where an installed package lies, without importing it."""
    try:
        found = find_spec(package)
    except ModuleNotFoundError:
        return None
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places))) if places else None


def program(name: str, *folders: Path | None) -> str:
    """The program in one of the folders, or on PATH. Raises Unsupported where it is not."""
    for folder in folders:
        if folder and (folder / name).is_file():
            return str(folder / name)
    if found := shutil.which(name):
        return found
    raise Unsupported(f"{name} is not installed: see requirements-kernels.in")


def nvcc() -> str:
    home = os.environ.get("CUDA_HOME")
    folder = package_folder(NVCC_PACKAGE)
    return program("nvcc", folder and folder / "bin", Path(home) / "bin" if home else None)


def cuobjdump() -> str:
    folder = package_folder("triton")
    return program("cuobjdump", folder and folder / TRITON_BINARIES)


def compile_cuda(variant: CudaVariant, cubin: Path) -> None:
    """Write `cubin`. Raises Unsupported with what nvcc said, where it fails or remarks.

    Compiled once for a preprocessed source, which holds all that is included, a set of compilers
    and their flags.
    """
    command = [nvcc(), f"-arch={ARCHITECTURE}", *NVCC_FLAGS]
    command += [f"-D{name}={value}" for name, value in variant.defines.items()]
    command += [f"-I{folder}" for folder in variant.include]
    command += [str(variant.source)]
    macros = [f"-D{macro}" for macro in ARCHITECTURE_MACROS]
    text = run_nvcc([*command, "-E", *macros], variant)
    parts = (text, *command, *(os.environ.get(name, "") for name in FLAGS_VARIABLES))
    parts += (build.told_by(nvcc(), "--version"), *compilers_of(Path(nvcc())))
    made = build.built_once(
        variant.name,
        ".cubin",
        parts,
        lambda path: run_nvcc([*command, "-cubin", "-o", str(path)], variant),
    )
    shutil.copyfile(made, cubin)


def compilers_of(nvcc: Path) -> list[str]:
    """The programs that nvcc runs, each with its size and when it was written."""
    programs = (nvcc, nvcc.with_name("ptxas"), nvcc.parent.parent / "nvvm" / "bin" / "cicc")
    return [build.identity(program) for program in programs if program.exists()]


def run_nvcc(command: list[str], variant: CudaVariant) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=COMPILE_SECONDS)
    if done.returncode:
        raise Unsupported(f"{variant.source.name} does not compile:\n{done.stderr.strip()}")
    if SPOILT.search(done.stderr):
        raise Unsupported(f"{variant.source.name}: {done.stderr.strip()}")
    return done.stdout


def triton_version() -> str:
    """Like "3.9"."""
    import triton  # noqa: PLC0415 - as below

    return ".".join(triton.__version__.split(".")[:2])


def compile_triton(variant: TritonVariant, cubin: Path) -> int:
    """Write `cubin`; the bytes of dynamic shared memory. Raises Unsupported where Triton fails."""
    import triton  # noqa: PLC0415 - heavy, and not installed where only a processor is served
    from triton.backends.compiler import GPUTarget  # noqa: PLC0415
    from triton.compiler import ASTSource  # noqa: PLC0415
    from triton.errors import TritonError  # noqa: PLC0415

    function: Any = variant.function
    types = {**variant.signature, **dict.fromkeys(variant.constexprs, "constexpr")}
    if unlike := set(types) ^ set(function.arg_names):
        raise Unsupported(f"arguments of {variant.name} and its signature: {sorted(unlike)}")
    attributes = {
        (place,): [["tt.divisibility", ALIGNMENT]]
        for place, name in enumerate(function.arg_names)
        if name in variant.divisible
    }
    source = ASTSource(
        fn=function,
        signature={name: types[name] for name in function.arg_names},
        constexprs=dict(variant.constexprs),
        attrs=attributes,
    )
    options = {**variant.options, "num_warps": variant.warps, "num_stages": variant.stages}
    target = GPUTarget("cuda", CAPABILITY, WARP)
    try:
        with redirect_stdout(sys.stderr):  # where Triton prints what ptxas refused
            made = triton.compile(source, target=target, options=options)
    except (TritonError, RuntimeError) as error:
        raise Unsupported(f"{variant.name} does not compile: {error}") from error
    cubin.write_bytes(made.asm["cubin"])
    return int(made.metadata.shared)
