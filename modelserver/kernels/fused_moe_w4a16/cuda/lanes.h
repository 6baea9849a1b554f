// Lanes: runs the source of a CUDA kernel on a processor, so that its arithmetic, its indices and
// the protocol of its barriers can be tested where there is no GPU. Nothing here is compiled by nvcc.
//
// Every lane of a block is a fiber. It runs until it waits: for its warp (shuffles, mma), its
// warpgroup (wgmma), a barrier, or the next turn. Which lane goes on is drawn from `seed`, and now and
// then half of the warps are held back as long as another can go on, so that another seed tries quite
// another interleaving. Bulk copies land late and in any order, and until then
// their destination holds NaN; shared memory starts as NaN. When no lane can go on, `launch` throws
// a Fault that says which lanes wait for what.
//
// It does not show: races that need weak memory order (every access is seen at once, fences do
// nothing), missing proxy fences, bank conflicts, divergence inside a warp that a GPU would serialise,
// how the tensor core rounds its sums, registers, speed.
//
// The interface, on which intrinsics.cuh and any further host form of an instruction build:
//   launch(Grid, body)                     runs body() once a lane; throws Fault
//   thread(), block(), blocks(), shared()  of the lane that runs
//   wait(what, ready)                      until ready() is true
//   collective<Size>(what, mine, compute)  when Size neighbouring lanes have posted, the last calls
//                                          compute(std::array<Mine *, Size> &), then all go on
//   named_barrier(index, threads)          bar.sync
//   copy(to, from, bytes, landed)          cp.async.bulk: landed() is called once it has
//   check(condition, message)              throws Fault
#pragma once

#include <ucontext.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lanes {
constexpr std::size_t STACK_BYTES = 128 * 1024;
constexpr unsigned LARGEST_GROUP = 128, NAMED_BARRIERS = 16;
constexpr std::size_t SHARED_ALIGNMENT = 1024;
constexpr std::uint64_t HELD_BACK_TURNS = 200;
constexpr int POISON = 0xff;  // NaN in bf16, fp32 and fp64

struct Fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline void check(bool condition, const std::string &message)
{
    if (!condition) throw Fault(message);
}

struct Grid {
    unsigned blocks, threads;
    std::size_t shared_bytes;
    unsigned resident = 2;  // blocks that run at once
    std::uint64_t seed = 0;
};

struct Meeting {  // of lanes that wait for each other
    std::string what;
    unsigned arrived = 0, expected = 0;
    std::uint64_t turn = 0;
    std::array<void *, LARGEST_GROUP> posted{};
};

struct Block {
    unsigned index;
    std::vector<std::uint8_t> memory;
    std::map<std::pair<unsigned, unsigned>, Meeting> groups;  // by size and number
    std::array<Meeting, NAMED_BARRIERS> barriers{};

    Block(unsigned index, const Grid &grid)
        : index(index), memory(grid.shared_bytes + SHARED_ALIGNMENT, POISON) {}

    std::uint8_t *shared()
    {
        auto start = reinterpret_cast<std::uintptr_t>(memory.data());
        return memory.data() + (SHARED_ALIGNMENT - start % SHARED_ALIGNMENT) % SHARED_ALIGNMENT;
    }
};

struct Lane {
    std::shared_ptr<Block> block;
    unsigned thread;
    std::unique_ptr<char[]> stack;
    ucontext_t context{};
    bool finished = false;
    std::string waits_for;
    std::function<bool()> ready;
};

struct Copy {
    std::shared_ptr<Block> block;  // whose memory it writes, kept until it has landed
    void *to;
    const void *from;
    std::size_t bytes;
    std::function<void()> landed;
};

class Launch {
public:
    Launch(const Grid &grid, std::function<void()> body) : grid_(grid), body_(std::move(body)), random_(grid.seed) {}
    void run();
    void wait(std::string what, std::function<bool()> ready);
    void copy(Copy copy) { copies_.push_back(std::move(copy)); }
    const Grid &grid() const { return grid_; }
    Lane &lane() { return *lane_; }
    static Launch *&current()
    {
        static thread_local Launch *launch = nullptr;
        return launch;
    }

private:
    bool take_turns(std::uint64_t held_back);
    void start(unsigned block);
    void resume(Lane &lane);
    void land_one();
    void retire();
    std::string stuck() const;
    static void enter();

    Grid grid_;
    std::function<void()> body_;
    std::mt19937_64 random_;
    std::uint64_t turns_ = 0, held_back_ = 0;  // the latter a bit a warp
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::vector<std::unique_ptr<char[]>> stacks_;
    std::vector<Copy> copies_;
    std::string fault_;
    ucontext_t scheduler_{};
    Lane *lane_ = nullptr;
};

inline Lane &here() { return Launch::current()->lane(); }
inline unsigned thread() { return here().thread; }
inline unsigned block() { return here().block->index; }

inline void Launch::run()
{
    check(grid_.threads % 32 == 0 && grid_.threads <= 1024, "a block has 32..1024 threads in whole warps");
    current() = this;
    unsigned next = 0;
    while (fault_.empty() && (next < grid_.blocks || !lanes_.empty())) {
        while (next < grid_.blocks && lanes_.size() < std::size_t(grid_.resident) * grid_.threads) start(next++);
        std::shuffle(lanes_.begin(), lanes_.end(), random_);
        if (turns_++ % HELD_BACK_TURNS == 0) held_back_ = random_();
        const bool moved = take_turns(held_back_) || take_turns(0);
        if (fault_.empty() && !copies_.empty() && (!moved || random_() % 2)) land_one();
        else if (!moved && fault_.empty()) fault_ = stuck();
        retire();
    }
    if (fault_.empty() && !copies_.empty()) fault_ = "a block ended before its bulk copies had landed";
    if (!fault_.empty()) throw Fault(fault_);
}

inline bool Launch::take_turns(std::uint64_t held_back)
{
    bool moved = false;
    for (auto &lane : lanes_)
        if (fault_.empty() && !lane->finished && !(held_back >> (lane->block->index * 8 + lane->thread / 32) % 64 & 1) &&
            (!lane->ready || lane->ready())) {
            resume(*lane);
            moved = true;
        }
    return moved;
}

inline void Launch::start(unsigned index)
{
    auto block = std::make_shared<Block>(index, grid_);
    for (unsigned thread = 0; thread < grid_.threads; ++thread) {
        auto lane = std::make_unique<Lane>();
        lane->block = block;
        lane->thread = thread;
        if (stacks_.empty()) stacks_.emplace_back(new char[STACK_BYTES]);
        lane->stack = std::move(stacks_.back());
        stacks_.pop_back();
        getcontext(&lane->context);
        lane->context.uc_stack = {lane->stack.get(), 0, STACK_BYTES};
        lane->context.uc_link = &scheduler_;
        makecontext(&lane->context, &Launch::enter, 0);
        lanes_.push_back(std::move(lane));
    }
}

inline void Launch::enter()
{
    Launch &launch = *current();
    try {
        launch.body_();
    } catch (const std::exception &error) {
        launch.fault_ = "block " + std::to_string(block()) + " thread " + std::to_string(thread()) + ": " + error.what();
    }
    launch.lane().finished = true;
}

inline void Launch::resume(Lane &lane)
{
    lane_ = &lane;
    lane.ready = nullptr;
    swapcontext(&scheduler_, &lane.context);
}

inline void Launch::wait(std::string what, std::function<bool()> ready)
{
    Lane &lane = *lane_;
    lane.waits_for = std::move(what);
    lane.ready = std::move(ready);
    swapcontext(&lane.context, &scheduler_);
}

inline void Launch::land_one()
{
    std::swap(copies_[random_() % copies_.size()], copies_.back());
    Copy copy = std::move(copies_.back());
    copies_.pop_back();
    std::memcpy(copy.to, copy.from, copy.bytes);
    copy.landed();
}

inline void Launch::retire()
{
    for (auto &lane : lanes_)
        if (lane->finished) stacks_.push_back(std::move(lane->stack));
    auto finished = [](const std::unique_ptr<Lane> &lane) { return lane->finished; };
    lanes_.erase(std::remove_if(lanes_.begin(), lanes_.end(), finished), lanes_.end());
}

inline std::string Launch::stuck() const
{
    std::map<std::string, unsigned> waiting;
    for (const auto &lane : lanes_)
        ++waiting["block " + std::to_string(lane->block->index) + " warp " + std::to_string(lane->thread / 32) +
                  " waits for " + lane->waits_for];
    std::string said = "no lane can go on:";
    for (const auto &[what, count] : waiting) said += "\n  " + what + " with " + std::to_string(count) + " lanes";
    return said;
}

inline void launch(const Grid &grid, std::function<void()> body) { Launch(grid, std::move(body)).run(); }
inline unsigned blocks() { return Launch::current()->grid().blocks; }
inline std::uint8_t *shared() { return here().block->shared(); }

inline void wait(std::string what, std::function<bool()> ready)
{
    Launch::current()->wait(std::move(what), std::move(ready));
}

// Counts this lane in; true for the last, which has let the others go on. `what` must be the same
// for all: lanes that meet at different instructions have diverged.
inline bool meet(Meeting &meeting, const char *what, unsigned expected, const std::function<void()> &complete)
{
    if (meeting.arrived == 0) meeting.what = what, meeting.expected = expected;
    check(meeting.what == what && meeting.expected == expected,
          std::string("lanes diverged: at ") + what + " while others are at " + meeting.what);
    if (++meeting.arrived < expected) {
        auto turn = meeting.turn;
        wait(what, [&meeting, turn] { return meeting.turn != turn; });
        return false;
    }
    complete();
    meeting.arrived = 0;
    ++meeting.turn;
    return true;
}

template <unsigned Size, class Mine, class Compute>
void collective(const char *what, Mine &mine, Compute compute)
{
    static_assert(Size <= LARGEST_GROUP, "a group is a warp or a warpgroup");
    Meeting &meeting = here().block->groups[{Size, thread() / Size}];
    meeting.posted[thread() % Size] = &mine;
    meet(meeting, what, Size, [&] {
        std::array<Mine *, Size> all;
        for (unsigned i = 0; i < Size; ++i) all[i] = static_cast<Mine *>(meeting.posted[i]);
        compute(all);
    });
}

inline void named_barrier(unsigned index, unsigned threads)
{
    check(index < NAMED_BARRIERS, "there are 16 barriers");
    meet(here().block->barriers[index], ("bar " + std::to_string(index)).c_str(), threads, [] {});
}

inline void copy(void *to, const void *from, std::size_t bytes, std::function<void()> landed)
{
    auto unaligned = reinterpret_cast<std::uintptr_t>(to) | reinterpret_cast<std::uintptr_t>(from) | bytes;
    check(unaligned % 16 == 0, "bulk copies are aligned to 16 bytes");
    std::memset(to, POISON, bytes);
    Launch::current()->copy({here().block, to, from, bytes, std::move(landed)});
}

}  // namespace lanes
