"""What the processor's kernel is built with and how it can be steered."""

GROUP = 32  # weights that share a scale
BLOCK = 32  # output rows that are stored together

# The order is that of `enum Path` in cpu.cpp: slowest first, each a superset of the one before.
PATHS = ("scalar", "avx2", "avx512_vnni")

PATH_VARIABLE = "MOCKWRIGHT_MOE_PATH"  # forces one of PATHS
CACHE_VARIABLE = "MOCKWRIGHT_KERNEL_CACHE"  # where built kernels are kept

# The processor's own instructions are chosen at run time, so none are named here. Products and sums
# must not be contracted on their own: every path has to do the same operations.
COMPILERS = ("g++", "clang++")
FLAGS = (
    *("-O3", "-std=c++17", "-shared", "-fPIC", "-fvisibility=hidden"),
    *("-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off"),
)
THREADS_FLAG = "-fopenmp"
BUILD_SECONDS = 300

# Below this many multiply-adds a second thread costs more than it saves.
THREADED_FROM = 4_000_000

# A call is served in parts of this many tokens, which bounds the room for what is in between.
TOKENS_AT_A_TIME = 2048
