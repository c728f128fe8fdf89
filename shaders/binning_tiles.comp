// binning: sums up backdrops along each row of a path's tiles, and gives every tile its place in the segments. Twin:
// stages/binning.py, sum_path_tiles. The places of tiles differ from run to run, their segments do not.
#version 430
#include "generated/binning_tiles.glsl"
#include "shared/scene.glsl"

void sum_row(Path path, int row) {
    uint width = uint(path.tx1 - path.tx0);
    uint first = (path.tile_start + uint(row) * width) * PATHTILE_WORDS;
    uint total = 0u;
    uint i = 0u;
    do total += path_tiles[first + i * PATHTILE_WORDS + 1u]; while (++i < width);
    uint next = total > 0u ? atomicAdd(counters[COUNTER_SEGMENTS], total) : 0u;
    uint winding = 0u;
    i = 0u;
    do {
        uint at = first + i * PATHTILE_WORDS;
        winding += path_tiles[at];
        path_tiles[at] = winding;
        path_tiles[at + 2u] = next;
        next += path_tiles[at + 1u];
    } while (++i < width);
}

void main() {
    load_config();
    uint p = gl_WorkGroupID.x;
    if (p < config.path_count) do {
        Path path = load_path(p);
        int height = path.ty1 - path.ty0;
        int row = int(gl_LocalInvocationID.x);
        if (path.tx0 < path.tx1 && row < height) do sum_row(path, row); while ((row += GROUP_SIZE) < height);
    } while ((p += gl_NumWorkGroups.x) < config.path_count);
}
