# Sourced by right, fast and why, which define steps() and then call run "$@".
#
# Results and the log go to $OUT. A step that fails or is cut off leaves what it has, the next one begins, and the end is
# not 0. With --dry-run all of it is tried without a GPU, on shapes that an interpreter gets through.
set -uo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
OUT=${OUT:-var/on-gpu}
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd)
dry='' failed=0

run() {
    case "$*" in
        '') ;;
        --dry-run) dry=--dry-run ;;
        *) echo "$(basename "$0") takes --dry-run and nothing else" >&2; exit 1 ;;
    esac
    { prepared && steps; exit $failed; } 2>&1 | tee -a "$OUT/$(basename "$0").log"
    exit "${PIPESTATUS[0]}"
}

# The kit's packages before the machine's own, and its libraries in place of compilers.
prepared() {
    [ -e .kit/COMMIT ] || stop "there is no .kit here: run bin/on-gpu/prepare where the network is, and bring it along"
    local found wanted work site
    found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || stop "$python does not run: set PYTHON"
    wanted=$(cat .kit/PYTHON)
    [ "$found" = "$wanted" ] || stop "the kit is for Python $wanted, and $python is $found: prepare --python $found"
    work=${TMPDIR:-/tmp}/mockwright-on-gpu-$(id -u)
    site=$work/site-$(cat .kit/COMMIT)
    if [ ! -e "$site/.complete" ]; then
        "$python" -m pip --disable-pip-version-check install --quiet --no-index --no-deps --no-compile --no-cache-dir \
            --upgrade --target "$site" .kit/wheels/*.whl || stop "read pip's message above"
        touch "$site/.complete"
    fi
    export PYTHONPATH=$site:$PWD/.kit/site:$PWD PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
    export MOCKWRIGHT_CUDA_LIBRARY=$PWD/.kit/cuda.so MOCKWRIGHT_LANES_LIBRARY=$PWD/.kit/lanes.so
    export MOCKWRIGHT_KERNEL_CACHE=$work/kernels TRITON_CACHE_DIR=$work/triton
    export PATH=$PATH:/usr/local/cuda/bin MAX_JOBS=${MAX_JOBS:-$(nproc)}
    if [ -n "$dry" ]; then
        export CUDA_VISIBLE_DEVICES='' TRITON_INTERPRET=1
    else
        "$python" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' ||
            stop "torch finds no GPU here; --dry-run tries all of it without one"
    fi
    echo "== kit of $(cat .kit/COMMIT), results in $OUT"
}

stop() { echo "stopped: $1" >&2; exit 1; }

# step SECONDS COMMAND…
step() {
    local limit=$1 began=$SECONDS status=0
    shift
    [ -z "$dry" ] || limit=$((3 * limit))  # an interpreter, and tests beside it
    echo "== $* (at most $limit s)"
    timeout --kill-after=5 "$limit" "$@" || status=$?
    [ $status -ne 124 ] || echo "== cut off"
    echo "== ended with $status after $((SECONDS - began)) s"
    [ $status -eq 0 ] || failed=1
}

# Whether a tool is here; says so where it is not.
has() { command -v "$1" >/dev/null || { echo "== $1 is not installed: left out"; false; }; }

# Clocks, temperature and power each second, as long as the script runs.
watch_clocks() {
    has nvidia-smi || return 0
    nvidia-smi --query-gpu=timestamp,name,clocks.sm,clocks.mem,temperature.gpu,power.draw,clocks_event_reasons.active \
        --format=csv --loop=1 > "$OUT/clocks.csv" 2>&1 &
    trap "kill $! 2>/dev/null" EXIT
}
