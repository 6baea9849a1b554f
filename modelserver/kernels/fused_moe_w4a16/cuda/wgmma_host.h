// The host forms of wgmma.cuh, which includes this inside namespace mockwright.

inline uint64_t tile_descriptor(const void *tile)
{
    auto offset = static_cast<const uint8_t *>(tile) - lanes::shared();
    lanes::check(offset >= 0 && offset % SWIZZLE_ATOM == 0, "a swizzled tile is aligned to 1024 bytes");
    return uint64_t(1) << 62 | uint64_t(SWIZZLE_ATOM >> 4) << 32 | uint64_t(1) << 16 | offset >> 4;
}

// Element (token, column) of the b operand as the tensor core finds it, by the descriptor's fields:
// 16-byte units of the start (bits 0..13), of the distance between 8-column halves without swizzle
// (16..29) and between eight rows (32..45), and the swizzle (62..63: none, 128, 64, 32 bytes).
inline float described(uint64_t descriptor, int token, int column)
{
    auto field = [descriptor](int lowest) { return static_cast<uint32_t>(descriptor >> lowest & 0x3fff) << 4; };
    auto mode = static_cast<int>(descriptor >> 62);
    int pitch = mode ? 256 >> mode : 16;
    uint32_t address = field(0) + token / 8 * field(32) + token % 8 * pitch;
    address += mode ? column * 2 : column / 8 * field(16) + column % 8 * 2;
    uint32_t mask = mode ? (8 >> (mode - 1)) - 1 : 0;  // of the 16-byte chunks that trade places
    address ^= (address >> 7 & mask) << 4;
    uint16_t bits;
    std::memcpy(&bits, lanes::shared() + address, sizeof bits);
    return bf16_as_float(bits);
}

// What a warpgroup has issued and not waited for.
class Pipeline {
public:
    struct Operands {
        float *d;
        const uint32_t *a;
        uint64_t b;
    };

    static Pipeline &here()
    {
        static thread_local std::map<std::pair<const void *, unsigned>, Pipeline> all;
        const auto &block = lanes::here().block;
        Pipeline &mine = all[{block.get(), lanes::thread() / WARPGROUP}];
        if (mine.block_.lock() != block) mine = Pipeline(block);
        return mine;
    }

    Pipeline() = default;
    explicit Pipeline(const std::shared_ptr<lanes::Block> &block) : block_(block) {}

    void fence() { fenced_ = true; }

    void issue(const std::array<Operands *, WARPGROUP> &lanes_, int n)
    {
        lanes::check(fenced_, "wgmma without wgmma.fence before it");
        Multiply multiply{n, {}};
        for (int lane = 0; lane < WARPGROUP; ++lane) {
            multiply.lanes[lane] = *lanes_[lane];
            lanes::check(lanes_[lane]->b == lanes_[0]->b, "lanes disagree about wgmma's descriptor");
            hide(lanes_[lane]->d, n / 2);
        }
        open_.push_back(multiply);
    }

    void commit()
    {
        committed_.push_back(std::move(open_));
        open_.clear();
        fenced_ = false;
    }

    void wait(std::size_t pending)
    {
        while (committed_.size() > pending) {
            for (const Multiply &each : committed_.front()) finish(each);
            committed_.erase(committed_.begin());
        }
    }

private:
    struct Multiply {
        int n;
        std::array<Operands, WARPGROUP> lanes;
    };
    struct Hidden {
        std::vector<float> values;
        int uses = 0;
    };

    void hide(float *d, int registers)
    {
        Hidden &hidden = hidden_[d];
        if (hidden.uses++ == 0) {
            hidden.values.assign(d, d + registers);
            std::fill(d, d + registers, std::nanf(""));
        }
        lanes::check(hidden.values.size() == std::size_t(registers), "one accumulator in two shapes");
    }

    void finish(const Multiply &multiply)
    {
        std::vector<float> b(16 * multiply.n);
        for (int token = 0; token < multiply.n; ++token)
            for (int k = 0; k < 16; ++k) b[16 * token + k] = described(multiply.lanes[0].b, token, k);
        for (int row = 0; row < 64; ++row) {
            int first = row / 16 * 32 + row % 8 * 4, below = row % 16 / 8;
            float a[16];
            for (int k = 0; k < 16; ++k)
                a[k] = bf16_as_float(multiply.lanes[first + k % 8 / 2].a[below + k / 8 * 2] >> k % 2 * 16 & 0xffff);
            for (int token = 0; token < multiply.n; ++token) {
                double sum = 0;
                for (int k = 0; k < 16; ++k) sum += static_cast<double>(a[k]) * b[16 * token + k];
                float *d = multiply.lanes[first + token % 8 / 2].d;
                hidden_[d].values[token / 8 * 4 + below * 2 + token % 2] += static_cast<float>(sum);
            }
        }
        for (const Operands &lane : multiply.lanes) show(lane.d);
    }

    void show(float *d)
    {
        Hidden &hidden = hidden_[d];
        if (--hidden.uses) return;
        std::copy(hidden.values.begin(), hidden.values.end(), d);
        hidden_.erase(d);
    }

    std::weak_ptr<lanes::Block> block_;
    bool fenced_ = false;
    std::vector<Multiply> open_;
    std::vector<std::vector<Multiply>> committed_;
    std::map<float *, Hidden> hidden_;
};

template <int N, int Registers>
void wgmma(float (&d)[Registers], const uint32_t (&a)[4], uint64_t b)
{
    static_assert(N % 32 == 0 && 0 < N && N <= 128 && N / 2 <= Registers, "written out for 32, 64, 96 and 128");
    Pipeline::Operands mine{d, a, b};
    lanes::collective<WARPGROUP>("wgmma", mine, [](auto &all) { Pipeline::here().issue(all, N); });
}

inline void warpgroup_meets(const char *what, void (*then)(Pipeline &))
{
    int mine = 0;
    lanes::collective<WARPGROUP>(what, mine, [then](auto &) { then(Pipeline::here()); });
}

inline void wgmma_fence() { warpgroup_meets("wgmma.fence", [](Pipeline &pipeline) { pipeline.fence(); }); }
inline void wgmma_commit() { warpgroup_meets("wgmma.commit_group", [](Pipeline &pipeline) { pipeline.commit(); }); }

template <int Pending>
void wgmma_wait()
{
    warpgroup_meets("wgmma.wait_group", [](Pipeline &pipeline) { pipeline.wait(Pending); });
}

template <int Count>
void settle(uint32_t (&)[Count])
{
}

template <int Registers>
void give_registers()
{
}

template <int Registers>
void take_registers()
{
}

inline void fence_for_tensor_core() {}

class AsyncCopies {
public:
    void add(void *to, const void *from)
    {
        ++batch_->pending;
        lanes::copy(to, from, 16, [batch = batch_] {
            --batch->pending;
            batch->arrive();
        });
    }

    void arrive(Barrier *barrier)
    {
        auto batch = std::exchange(batch_, std::make_shared<Batch>());
        batch->barrier = barrier;
        batch->arrive();
    }

    void wait() {}

private:
    struct Batch {
        int pending = 0;
        Barrier *barrier = nullptr;

        void arrive()
        {
            if (barrier && pending == 0) barrier_arrive(barrier);
        }
    };
    std::shared_ptr<Batch> batch_ = std::make_shared<Batch>();
};

inline void load_matrices(uint32_t (&matrix)[4], const void *row)
{
    struct Operands {
        uint32_t *matrix;
        const uint8_t *row;
    } mine{matrix, static_cast<const uint8_t *>(row)};
    lanes::collective<WARP>("ldmatrix", mine, [](std::array<Operands *, WARP> &all) {
        for (int i = 0; i < 4; ++i) {
            unsigned banks = 0;
            for (int g = 0; g < 8; ++g) {
                const uint8_t *from = all[8 * i + g]->row;
                banks |= 1u << (reinterpret_cast<std::uintptr_t>(from) / 16 % 8);
                for (int t = 0; t < 4; ++t) std::memcpy(all[4 * g + t]->matrix + i, from + 4 * t, 4);
            }
            lanes::check(banks == 0xff, "bank conflicts in ldmatrix");
        }
    });
}

inline uint32_t multiply_add_bf16_pair(uint32_t a, uint32_t b, uint32_t c)
{
    auto half = [=](int shift) {
        auto value = [shift](uint32_t pair) { return static_cast<double>(bf16_as_float(pair >> shift & 0xffff)); };
        return static_cast<float>(value(a) * value(b) + value(c));
    };
    return bf16_pair(half(0), half(16));
}

inline float quotient(float a, float b) { return a / b; }

inline uint32_t broadcast_half(uint32_t word, int half)
{
    uint32_t bits = word >> 16 * half & 0xffff;
    return bits << 16 | bits;
}
