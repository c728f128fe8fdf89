// binning: crossings go to their tile's place. Twin: stages/binning.py, place_segments.
#version 430
layout(local_size_x = 64) in;
#include "shared/scene.glsl"
layout(std430, binding = 3) readonly buffer CrossingBlock { uint crossings[]; };
layout(std430, binding = 4) readonly buffer PathTileBlock { uint path_tiles[]; };
layout(std430, binding = 5) writeonly buffer SegmentBlock { uint segments[]; };
layout(std430, binding = 9) readonly buffer CounterBlock { uint counters[]; };

void main() {
    load_config();
    uint crossing_count = counters[COUNTER_CROSSINGS];
    // The segment buffer holds as many as the crossing buffer.
    if (crossing_count > config.crossing_capacity) return;
    uint i = gl_GlobalInvocationID.x;
    if (i < crossing_count) do {
        Crossing c = LOAD_Crossing(crossings, i * CROSSING_WORDS);
        uint at = (path_tiles[c.tile * PATHTILE_WORDS + 2u] + c.rank) * SEGMENT_WORDS;
        Segment segment = Segment(c.start, c.end);
        STORE_Segment(segments, at, segment);
    } while ((i += ALL_THREADS) < crossing_count);
}
