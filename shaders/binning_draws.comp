// binning: a work group lists the draws of a bin, in painter's order. Twin: stages/binning.py, list_draws.
//
// The group examines one draw per thread at a time. A bit per draw in shared memory gives each draw that is found its
// place in the list.
#version 430
#include "generated/binning_draws.glsl"
#include "shared/scene.glsl"

#define MASK_WORDS (uint(GROUP_SIZE) / 32u) // One bit per thread.

shared uint found[MASK_WORDS];
shared uint list_start;

bool touches(uint i, uvec4 bin) {
    if (i >= config.draw_count) return false;
    uint across = boxes_at(2u * i);
    uint down = boxes_at(2u * i + 1u);
    return (across & 0xFFFFu) < bin.z && (across >> 16) > bin.x && (down & 0xFFFFu) < bin.w && (down >> 16) > bin.y;
}

void main() {
    load_config();
    uint b = config.first_bin + gl_WorkGroupID.x;
    uint lane = gl_LocalInvocationID.x;
    uint bin_count = config.bin_count;
    uint bx = b % config.width_in_bins * BIN;
    uint by = b / config.width_in_bins * BIN;
    uvec4 bin = uvec4(bx, by, bx + BIN, by + BIN);

    uint mine = 0u;
    for (uint i = lane; i < config.draw_count; i += uint(GROUP_SIZE)) mine += touches(i, bin) ? 1u : 0u;
    if (lane == 0u) found[0] = 0u;
    barrier();
    atomicAdd(found[0], mine);
    barrier();
    uint total = found[0];
    if (lane == 0u) {
        list_start = atomicAdd(counters[COUNTER_BINNED], total);
        binned[2u * b] = list_start;
        binned[2u * b + 1u] = total;
    }
    barrier();
    uint next = list_start;
    if (next + total > config.binned_capacity) return;

    for (uint chunk = 0u; chunk < config.draw_count && next < list_start + total; chunk += uint(GROUP_SIZE)) {
        barrier();
        if (lane < MASK_WORDS) found[lane] = 0u;
        barrier();
        uint i = chunk + lane;
        bool hit = touches(i, bin);
        if (hit) atomicOr(found[lane / 32u], 1u << (lane & 31u));
        barrier();
        uint rank = 0u;
        uint all = 0u;
        for (uint w = 0u; w < MASK_WORDS; ++w) {
            uint bits = uint(bitCount(found[w]));
            if (w < lane / 32u) rank += bits;
            all += bits;
        }
        rank += uint(bitCount(found[lane / 32u] & ((1u << (lane & 31u)) - 1u)));
        if (hit) binned[2u * bin_count + next + rank] = i;
        next += all;
    }
}
