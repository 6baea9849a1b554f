// What the two matrix products of a layer of experts are given.
#pragma once

#include "codes.cuh"

namespace mockwright {

// One product: every row of `rows` with the weights of its block's expert.
struct Product {
    // weights [E, K/128, N, 64 bytes] and scales [E, K/128, N, 8 bytes]; strides in bytes
    const uint8_t *words, *scales;
    int64_t words_expert, words_block, scales_expert, scales_block;
    int columns;  // K
    int outputs;  // a row's results: I for gate and up, H for down

    // bf16 [*, K]; entry e reads row e / entries_a_row
    const uint16_t *x;
    int entries_a_row;

    // the Alignment: entries token·k + slot by expert, `entries` = T·k where there is none
    const int *sorted_token_ids, *expert_ids, *num_tokens_post_padded;
    int entries;

    // The entry at a place of a block of tokens, or −1 where the block is padded.
    DEVICE int entry(int place) const
    {
        const int entry = sorted_token_ids[place];
        return entry < entries ? entry : -1;
    }
};

struct GateUp : Product {
    uint16_t *h;  // bf16 [T·k, I], in the encoding's own scale: see codes.cuh
};

struct Down : Product {
    const float *weights;     // [T, k]
    const int *ids;           // [T, k]
    int slots, expert_count;  // k, E
    float *partial;           // [T·k, H], scratch
    int *arrived;             // [T, H / tile columns], zero before and after
    uint16_t *out;            // bf16 [T, H]
};

}  // namespace mockwright
