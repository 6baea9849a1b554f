// The host forms of intrinsics.cuh, which includes this inside namespace mockwright; see lanes.h for
// what they show and what they do not.

inline int thread_index() { return static_cast<int>(lanes::thread()); }
inline int block_index() { return static_cast<int>(lanes::block()); }
inline int block_count() { return static_cast<int>(lanes::blocks()); }
inline uint8_t *shared_memory() { return lanes::shared(); }

inline float bits_as_float(uint32_t bits)
{
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline float bf16_as_float(uint32_t bits) { return bits_as_float(bits << 16); }

inline uint32_t bf16_bits(float value)
{
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    if (std::isnan(value)) return 0x7fff;
    return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

inline uint32_t bf16_pair(float low, float high) { return bf16_bits(low) | bf16_bits(high) << 16; }

inline uint32_t multiply_bf16_pair(uint32_t a, uint32_t b)
{
    return bf16_pair(bf16_as_float(a & 0xffff) * bf16_as_float(b & 0xffff), bf16_as_float(a >> 16) * bf16_as_float(b >> 16));
}

inline float exponential(float x) { return std::exp(x); }
inline uint32_t and_or(uint32_t value, uint32_t mask, uint32_t bits) { return (value & mask) | bits; }

// Lane 4g + t holds of a: rows g, g + 8 by columns 2t.., and both again 8 columns on; of b: rows
// 2t.. and 8 on, column g; of c and d: rows g, g + 8 by columns 2t, 2t + 1. Sums are exact to double.
inline void mma(float (&d)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1, const float (&c)[4])
{
    struct Operands {
        const uint32_t *a;
        uint32_t b[2];
        const float *c;
        float *d;
    } mine{a, {b0, b1}, c, d};
    lanes::collective<WARP>("mma", mine, [](std::array<Operands *, WARP> &all) {
        auto half = [](uint32_t word, int high) { return static_cast<double>(bf16_as_float(word >> 16 * high & 0xffff)); };
        for (int lane = 0; lane < WARP; ++lane)
            for (int i = 0; i < 4; ++i) {
                int row = lane / 4, column = lane % 4 * 2 + i % 2, below = i / 2;
                double sum = all[lane]->c[i];
                for (int k = 0; k < 16; ++k) {
                    int t = k % 8 / 2, right = k / 8;
                    sum += half(all[4 * row + t]->a[below + 2 * right], k % 2) *
                           half(all[4 * column + t]->b[right], k % 2);
                }
                all[lane]->d[i] = static_cast<float>(sum);
            }
    });
}

struct BarrierBits {  // any order will do: the hardware's is its own
    uint64_t parity : 1, arrivals : 12, pending : 12, ready : 13;
    int64_t bytes : 26;
};
static_assert(sizeof(BarrierBits) == sizeof(Barrier), "a barrier is eight bytes");
constexpr uint64_t INITIALISED = 0x1234;

inline void barrier_store(Barrier *barrier, const BarrierBits &bits) { std::memcpy(barrier, &bits, sizeof bits); }

inline BarrierBits barrier_load(const Barrier *barrier)
{
    BarrierBits bits;
    std::memcpy(&bits, barrier, sizeof bits);
    return bits;
}

inline void barrier_count(Barrier *barrier, int arrived, int bytes)
{
    BarrierBits bits = barrier_load(barrier);
    lanes::check(bits.ready == INITIALISED, "the barrier has not been initialised");
    lanes::check(bits.pending >= static_cast<unsigned>(arrived), "more arrivals at a barrier than it was made for");
    bits.pending -= arrived;
    bits.bytes += bytes;
    if (bits.pending == 0 && bits.bytes == 0) {
        bits.parity ^= 1;
        bits.pending = bits.arrivals;
    }
    barrier_store(barrier, bits);
}

inline void barrier_init(Barrier *barrier, int arrivals)
{
    BarrierBits bits{};
    bits.arrivals = bits.pending = arrivals;
    bits.ready = INITIALISED;
    barrier_store(barrier, bits);
}

inline void barrier_init_fence() {}
inline void barrier_arrive(Barrier *barrier) { barrier_count(barrier, 1, 0); }
inline void barrier_arrive_expect(Barrier *barrier, int bytes) { barrier_count(barrier, 1, bytes); }

inline void barrier_wait(Barrier *barrier, uint32_t parity)
{
    lanes::check(barrier_load(barrier).ready == INITIALISED, "the barrier has not been initialised");
    auto offset = reinterpret_cast<uint8_t *>(barrier) - lanes::shared();
    lanes::wait("mbarrier at " + std::to_string(offset) + ", parity " + std::to_string(parity),
                [barrier, parity] { return barrier_load(barrier).parity != parity; });
}

inline void bulk_copy(void *to, const void *from, int bytes, Barrier *barrier)
{
    lanes::copy(to, from, bytes, [barrier, bytes] { barrier_count(barrier, 0, -bytes); });
}

inline void synchronise_block() { lanes::named_barrier(0, lanes::Launch::current()->grid().threads); }
inline void synchronise(int index, int threads) { lanes::named_barrier(index, threads); }

template <class T>
T shuffle_from(const char *what, T value, int lane)
{
    struct Operands {
        T value;
        int lane;
        T result;
    } mine{value, lane, {}};
    lanes::collective<WARP>(what, mine, [](std::array<Operands *, WARP> &all) {
        for (Operands *each : all) each->result = all[each->lane % WARP]->value;
    });
    return mine.result;
}

inline void synchronise_warp() { shuffle_from("syncwarp", 0, 0); }

template <class T>
T shuffle(T value, int lane)
{
    return shuffle_from("shuffle", value, lane);
}

template <class T>
T shuffle_xor(T value, int mask)
{
    return shuffle_from("shuffle_xor", value, (thread_index() % WARP) ^ mask);
}

inline Quad load_l2(const void *p) { return *static_cast<const Quad *>(p); }

inline void fence_gpu() {}

inline int add_ordered(int *counter, int value)
{
    lanes::wait("its turn", [] { return true; });  // lets another block go first, for the test's sake
    int before = *counter;
    *counter += value;
    return before;
}

inline void wait_for_kernel_before() {}
inline void let_next_kernel_start() {}
