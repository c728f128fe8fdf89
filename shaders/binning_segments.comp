// binning: moves crossings to their tile's place. Twin: stages/binning.py, place_segments.
#version 430
#include "generated/binning_segments.glsl"
#include "shared/scene.glsl"

void main() {
    load_config();
    uint crossing_count = counters[COUNTER_CROSSINGS];
    // The segment buffer is as long as the crossing buffer. If lines did not fit, crossings are counted but not
    // written.
    if (crossing_count > config.crossing_capacity || counters[COUNTER_LINES] > config.line_capacity) return;
    uint i = gl_GlobalInvocationID.x;
    if (i < crossing_count) do {
        Crossing c = LOAD_Crossing(crossings_at, i * CROSSING_WORDS);
        uint at = (path_tiles_at(c.tile * PATHTILE_WORDS + 2u) + c.rank) * SEGMENT_WORDS;
        Segment segment = Segment(c.start, c.end);
        STORE_Segment(segments, at, segment);
    } while ((i += ALL_THREADS) < crossing_count);
}
