// Applies the fill rule where an outline meets itself inside a pixel. Twin: gpucanvas/stages/samples.py. The twin
// explains how and why.
//
// Each thread has its own row, and goes through all segments once per sub-row. Where there may be many segments,
// threads divide them among themselves. The work of a sub-row is in a loop instead of an if, because software OpenGL
// skips only loops.

#define LAST_SUBROW (SAMPLED_SUBROWS - 1)
#define WIDE (4 * TILE)
#define AREA_SHIFT 16
// Threads divide the segments of an outline with more than FEW_SEGMENTS in the tile among themselves; with more than
// FLAGGED_SEGMENTS, every row is sampled.
#define FEW_SEGMENTS 32u
#define FLAGGED_SEGMENTS 1024u
#define SEGMENTS_A_TURN 2u

shared int changes[TILE * WIDE];
shared int uneven_threads;

// The samples' results for each pixel of a quad: the number of samples inside; the sum of their windings, relative to
// the integer nearest to the mean winding; and the lowest and the highest of these windings.
struct Found { ivec4 inside; ivec4 total; ivec4 lo; ivec4 hi; };

struct Subrow {
    int y;     // distance from the top of the row of pixels
    int first; // the place of a pixel's first sample
    int apart; // the distance of the next sample to its right
    bool counts;
};

Subrow subrow(int k) {
    if (k == 0 || k == LAST_SUBROW) return Subrow(k == 0 ? 0 : SUBPIXEL - 1, 0, SUBPIXEL - 1, false);
    int y = ((k - 1) << SUBROW_SHIFT) + (1 << SUBROW_SHIFT) / 2;
    return Subrow(y, (SAMPLE_TURN * (k - 1) + SAMPLE_FIRST) % SAMPLE_STEP, SAMPLE_STEP, true);
}

// Returns the first sub-row of this row of pixels at y or below; the number behind the last where y is below the row.
int subrow_of(int y) {
    int part = clamp(y - row * SUBPIXEL, 0, SUBPIXEL);
    return part == 0 ? 0 : 1 + ((part + (1 << SUBROW_SHIFT) / 2 - 1) >> SUBROW_SHIFT) + (part == SUBPIXEL ? 1 : 0);
}

bool is_linear(uint rule, int lo, int hi) {
    return hi - lo <= 1 || (rule != RULE_EVENODD && (lo >= 1 || hi <= -1));
}

// Returns whether this row may have a pixel with windings for which the rule is not linear. Without `sampled`, no
// segment is examined.
bool is_uneven(PathTile t, uint rule, bool sampled) {
    // A bit per sub-row that a segment crosses downwards or upwards, and a bit where several segments do.
    int down = 0, downs = 0, up = 0, ups = 0, lo = t.backdrop, hi = t.backdrop;
    float down_lo = 99.0, down_hi = -99.0, up_lo = 99.0, up_hi = -99.0;
    uint at = t.segment_start * SEGMENT_WORDS;
    uint end = at + (!sampled || t.segment_count > FLAGGED_SEGMENTS ? 0u : t.segment_count * SEGMENT_WORDS);
    for (; at < end; at += SEGMENT_WORDS) {
        uint start_word = segments_at(at);
        uint end_word = segments_at(at + 1u);
        int a = subrow_of(int(start_word >> 16));
        int b = subrow_of(int(end_word >> 16));
        int starts = (start_word & EDGE_FLAG) != 0u && a <= LAST_SUBROW ? 1 : 0;
        int ends = (end_word & EDGE_FLAG) != 0u && b <= LAST_SUBROW ? 1 : 0;
        lo -= starts;
        hi -= a == 0 ? starts : 0;
        hi += ends;
        lo += b == 0 ? ends : 0;
        Part part = part_of(start_word, end_word);
        int crossed = (1 << max(a, b)) - (1 << min(a, b));
        bool is_here = part.h > 0.0;
        if (part.up) {
            ups |= up & crossed;
            up |= crossed;
            up_lo = is_here ? min(up_lo, part.x_lo) : up_lo;
            up_hi = is_here ? max(up_hi, part.x_hi) : up_hi;
        } else {
            downs |= down & crossed;
            down |= crossed;
            down_lo = is_here ? min(down_lo, part.x_lo) : down_lo;
            down_hi = is_here ? max(down_hi, part.x_hi) : down_hi;
        }
    }
    // Whether all downward segments lie to the left of all upward segments, or vice versa, with a margin for rounding.
    int below = down_hi + 4.0 * TO_PIXEL <= up_lo ? up & ~down : up;
    int above = up_hi + 4.0 * TO_PIXEL <= down_lo ? down & ~up : down;
    bool is_known = t.segment_count <= FLAGGED_SEGMENTS && (downs | ups) == 0;
    return !is_known || !is_linear(rule, lo - (below != 0 ? 1 : 0), hi + (above != 0 ? 1 : 0));
}

ivec4 is_inside(uint rule, ivec4 w) { return rule == RULE_EVENODD ? w & 1 : ivec4(notEqual(w, ivec4(0))); }

void find(inout Found f, ivec4 w, ivec4 nearest, uint rule, bool counts) {
    ivec4 v = w - nearest;
    f.lo = min(f.lo, v);
    f.hi = max(f.hi, v);
    f.total += counts ? v : ivec4(0);
    f.inside += counts ? is_inside(rule, w) : ivec4(0);
}

// Returns the coverage of a quad from its mean winding and the samples' results.
vec4 corrected(ivec4 mean, ivec4 nearest, Found f, uint rule) {
    ivec4 lo = f.lo + nearest;
    ivec4 hi = f.hi + nearest;
    ivec4 apart = hi - lo;
    ivec4 missed = mean - (nearest << AREA_SHIFT) - f.total * (AREA_ONE / SAMPLES);
    missed = clamp(missed, -4 * AREA_ONE, 4 * AREA_ONE) >> 4;
    ivec4 slope = is_inside(rule, hi) - is_inside(rule, lo);
    slope *= ivec4(lessThanEqual(apart, ivec4(MOST_CORRECTED)));
    ivec4 area = f.inside * (AREA_ONE / SAMPLES) + slope * ((missed * (AREA_ONE / max(apart, ivec4(2)))) >> 12);
    vec4 sampled = vec4(clamp(area, 0, AREA_ONE)) * (1.0 / float(AREA_ONE));
    bvec4 linear = lessThanEqual(apart, ivec4(1));
    if (rule != RULE_EVENODD) {
        linear = bvec4(ivec4(linear) | ivec4(greaterThanEqual(lo, ivec4(1))) | ivec4(lessThanEqual(hi, ivec4(-1))));
    }
    return mix(sampled, cover_winding(mean, rule), linear);
}

// Returns the first integer x to the right of the point where a segment crosses a sub-row, `down` below its upper end.
int crossing_of(int x, int dx, int dy, int down) {
    int at = int(floor(float(x) + 0.5 + float(down) * (float(dx) / float(dy))));
    // The division is approximate; an integer comparison then decides which integer is right of the segment.
    return at + ((at - x) * dy < down * dx ? 1 : 0);
}

void sample_by_thread(PathTile t, uint rule, bool uneven, ivec4 nearest[QUADS], inout Found found[QUADS]) {
    for (int k = uneven ? 0 : SAMPLED_SUBROWS; k < SAMPLED_SUBROWS; ++k) {
        Subrow s = subrow(k);
        int y = row * SUBPIXEL + s.y;
        ivec4 w0[QUADS], w1[QUADS], w2[QUADS], w3[QUADS];
        int left = t.backdrop;
#define ZERO_QUAD(q) w0[q] = ivec4(0); w1[q] = ivec4(0); w2[q] = ivec4(0); w3[q] = ivec4(0)
        EACH_QUAD(ZERO_QUAD);
        uint at = t.segment_start * SEGMENT_WORDS;
        uint end = at + t.segment_count * SEGMENT_WORDS;
        // Two segments per turn, because software OpenGL limits the turns; a missing second segment has length 0.
        for (; at < end; at += SEGMENTS_A_TURN * SEGMENT_WORDS) {
#define STEP_SEGMENT(i) { \
            uint own = at + i * SEGMENT_WORDS; \
            bool is_there = own < end; \
            uint a = is_there ? segments_at(own) : 0u; \
            uint b = is_there ? segments_at(own + 1u) : 0u; \
            int ay = int(a >> 16); \
            int by = int(b >> 16); \
            left -= (a & EDGE_FLAG) != 0u && ay <= y ? 1 : 0; \
            left += (b & EDGE_FLAG) != 0u && by <= y ? 1 : 0; \
            if (y >= min(ay, by) && y < max(ay, by)) { \
                bool up = by < ay; \
                int x0 = int((up ? b : a) & X_MASK); \
                int x1 = int((up ? a : b) & X_MASK); \
                int x = crossing_of(x0, x1 - x0, abs(by - ay), y - min(ay, by)); \
                int sign_ = up ? -1 : 1; \
                EACH_QUAD(STEP_QUAD); \
            } }
#define STEP_QUAD(q) { \
                ivec4 from = ivec4(columns_of(q)) * SUBPIXEL + (s.first - x); \
                w0[q] += sign_ * ivec4(greaterThanEqual(from, ivec4(0))); \
                w1[q] += sign_ * ivec4(greaterThanEqual(from + s.apart, ivec4(0))); \
                w2[q] += sign_ * ivec4(greaterThanEqual(from + 2 * SAMPLE_STEP, ivec4(0))); \
                w3[q] += sign_ * ivec4(greaterThanEqual(from + 3 * SAMPLE_STEP, ivec4(0))); }
            STEP_SEGMENT(0u)
            STEP_SEGMENT(1u)
        }
#define FIND_QUAD(q) \
        find(found[q], w0[q] + left, nearest[q], rule, s.counts); \
        find(found[q], w1[q] + left, nearest[q], rule, s.counts); \
        if (s.counts) { \
            find(found[q], w2[q] + left, nearest[q], rule, true); \
            find(found[q], w3[q] + left, nearest[q], rule, true); \
        }
        EACH_QUAD(FIND_QUAD);
    }
}

// Adds a segment's changes of winding between the samples of a sub-row, in one row of pixels.
void scatter_row(Subrow s, int r, uint a, uint b) {
    int y = r * SUBPIXEL + s.y;
    int ay = int(a >> 16);
    int by = int(b >> 16);
    int edges = ((b & EDGE_FLAG) != 0u && by <= y ? 1 : 0) - ((a & EDGE_FLAG) != 0u && ay <= y ? 1 : 0);
    if (edges != 0) atomicAdd(changes[r * WIDE], edges);
    if (y < min(ay, by) || y >= max(ay, by)) return;
    bool up = by < ay;
    int x0 = int((up ? b : a) & X_MASK);
    int x1 = int((up ? a : b) & X_MASK);
    int x = crossing_of(x0, x1 - x0, abs(by - ay), y - min(ay, by));
    int corner_place = (x >> SUBPIXEL_SHIFT) * 4 + min(x & (SUBPIXEL - 1), 1);
    int place = s.counts ? (x - s.first + SAMPLE_STEP - 1) / SAMPLE_STEP : corner_place;
    if (place < WIDE) atomicAdd(changes[r * WIDE + place], up ? -1 : 1);
}

void scatter(Subrow s, uint a, uint b) {
    int ay = int(a >> 16);
    int by = int(b >> 16);
    // Below an end with EDGE_FLAG, every row changes at its left edge.
    int last = ((a | b) & EDGE_FLAG) != 0u ? TILE - 1 : min((max(ay, by) - 1) >> SUBPIXEL_SHIFT, TILE - 1);
    // Four rows per turn, because software OpenGL limits the turns.
    for (int r = min(ay, by) >> SUBPIXEL_SHIFT; r <= last; r += 4) {
        scatter_row(s, r, a, b);
        if (r + 1 <= last) scatter_row(s, r + 1, a, b);
        if (r + 2 <= last) scatter_row(s, r + 2, a, b);
        if (r + 3 <= last) scatter_row(s, r + 3, a, b);
    }
}

void gather(inout int sum, int place, out ivec4 w) {
    for (int i = 0; i < 4; ++i) {
        sum += changes[place + i];
        w[i] = sum;
    }
}

// All threads of the group must call this function, because it has barriers.
void sample_together(PathTile t, uint rule, ivec4 nearest[QUADS], inout Found found[QUADS]) {
    uint lane = gl_LocalInvocationID.x;
    for (int k = 0; k < SAMPLED_SUBROWS; ++k) {
        Subrow s = subrow(k);
        barrier();
        // The number of turns is constant, so that the loop is unrolled and does not count towards the limit of turns.
        for (uint c = 0u; c < TILE * WIDE / (4u * GROUP_SIZE); ++c) {
            uint i = 4u * (c * GROUP_SIZE + lane);
            changes[i] = changes[i + 1u] = changes[i + 2u] = changes[i + 3u] = 0;
        }
        barrier();
        for (uint i = lane; i < t.segment_count; i += GROUP_SIZE) {
            uint at = (t.segment_start + i) * SEGMENT_WORDS;
            scatter(s, segments_at(at), segments_at(at + 1u));
        }
        barrier();
        int sum = t.backdrop;
        int base = row * WIDE;
        for (int p = base; p < base + 4 * column; p += 4) {
            sum += changes[p] + changes[p + 1] + changes[p + 2] + changes[p + 3];
        }
#define GATHER_QUAD(q) { \
        ivec4 p0, p1, p2, p3; \
        int place = base + 4 * (column + 4 * q); \
        gather(sum, place, p0); \
        gather(sum, place + 4, p1); \
        gather(sum, place + 8, p2); \
        gather(sum, place + 12, p3); \
        find(found[q], ivec4(p0[0], p1[0], p2[0], p3[0]), nearest[q], rule, s.counts); \
        find(found[q], ivec4(p0[1], p1[1], p2[1], p3[1]), nearest[q], rule, s.counts); \
        if (s.counts) { \
            find(found[q], ivec4(p0[2], p1[2], p2[2], p3[2]), nearest[q], rule, true); \
            find(found[q], ivec4(p0[3], p1[3], p2[3], p3[3]), nearest[q], rule, true); \
        } }
        EACH_QUAD(GATHER_QUAD);
    }
}

// Computes the coverage of this thread's pixels from the outline's mean winding.
void cover_mean(PathTile t, uint rule, ivec4 mean[QUADS]) {
#define MEAN_QUAD(q) cover[q] = cover_winding(mean[q], rule)
    EACH_QUAD(MEAN_QUAD);
    if (!HAS(FEATURE_UNEVEN)) return;
    bool sampled = rule != RULE_SINGLE && t.segment_count > 1u && t.segment_count <= uint(MOST_SAMPLED);
    bool together = HAS(FEATURE_DENSE) && sampled && t.segment_count > FEW_SEGMENTS;
    ivec4 nearest[QUADS];
    Found found[QUADS];
#define BEGIN_QUAD(q) \
    nearest[q] = (mean[q] + AREA_ONE / 2) >> AREA_SHIFT; \
    found[q] = Found(ivec4(0), ivec4(0), ivec4(1 << 20), ivec4(-(1 << 20)))
    EACH_QUAD(BEGIN_QUAD);
    bool uneven = is_uneven(t, rule, sampled) && sampled;
    if (together) {
        barrier();
        if (gl_LocalInvocationID.x == 0u) uneven_threads = 0;
        barrier();
        if (uneven) atomicAdd(uneven_threads, 1);
        barrier();
        if (uneven_threads != 0) sample_together(t, rule, nearest, found);
    } else {
        sample_by_thread(t, rule, uneven, nearest, found);
    }
#define CORRECT_QUAD(q) if (uneven) cover[q] = corrected(mean[q], nearest[q], found[q], rule)
    EACH_QUAD(CORRECT_QUAD);
}
