// binning: backdrops are summed along each row of a path's tiles, and every tile gets its place in the segments.
// Twin: stages/binning.py, sum_path_tiles. Where a tile's segments lie differs from run to run; what they are does not.
#version 430
layout(local_size_x = 64) in;
#include "shared/scene.glsl"
layout(std430, binding = 4) coherent buffer PathTileBlock { uint path_tiles[]; };
layout(std430, binding = 9) coherent buffer CounterBlock { uint counters[]; };

void sum_row(Path path, int row) {
    uint width = uint(path.tx1 - path.tx0);
    uint first = (path.tile_start + uint(row) * width) * PATHTILE_WORDS;
    uint total = 0u;
    for (uint i = 0u; i < width; ++i) total += path_tiles[first + i * PATHTILE_WORDS + 1u];
    uint next = total > 0u ? atomicAdd(counters[COUNTER_SEGMENTS], total) : 0u;
    uint winding = 0u;
    for (uint i = 0u; i < width; ++i) {
        uint at = first + i * PATHTILE_WORDS;
        winding += path_tiles[at];
        path_tiles[at] = winding;
        path_tiles[at + 2u] = next;
        next += path_tiles[at + 1u];
    }
}

void main() {
    load_config();
    for (uint p = gl_WorkGroupID.x; p < config.path_count; p += gl_NumWorkGroups.x) {
        Path path = load_path(p);
        int height = path.ty1 - path.ty0;
        for (int row = int(gl_LocalInvocationID.x); row < height; row += 64) sum_row(path, row);
    }
}
