"""The sizes of the processor's kernel, and how it can be steered."""

GROUP = 32  # weights that share a scale
BLOCK = 32  # output rows that are stored together

# The order is that of `enum Path` in cpu.cpp: slowest first, each a superset of the one before.
PATHS = ("scalar", "avx2", "avx512_vnni")

PATH_VARIABLE = "MOCKWRIGHT_MOE_PATH"  # forces one of PATHS

# Below this many multiply-adds a second thread costs more than it saves.
THREADED_FROM = 4_000_000

# A call is served in parts of this many tokens, which bounds the room for what is in between.
TOKENS_AT_A_TIME = 2048
