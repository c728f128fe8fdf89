// coarse: a work group per bin, a thread per tile writes the tile's command list, in painter's order.
// Twin: stages/coarse.py.
//
// The group takes one of the bin's draws per thread at a time. Each thread first marks the tiles of a draw in a table
// of bits, then goes through the bits of its own tile. It does so twice: to bound the number of the tile's words, and
// to write them.
#version 430
#include "shared/features.glsl"
#include "generated/coarse.glsl"
#include "shared/scene.glsl"
#include "shared/factors.glsl"

#define NONE 0
#define PARTLY 1
#define FULLY 2
#define DRAW_WORDS_AT_MOST 2u
// Draws that are taken at a time, one per thread, and the words that hold a bit for each.
#define CHUNK uint(GROUP_SIZE)
#define CHUNK_WORDS (CHUNK / 32u)

shared uint marks[BIN * BIN * CHUNK_WORDS];
// Draws of the chunk that lie on every tile of the bin.
shared uint everywhere[CHUNK_WORDS];

int tx;
int ty;
vec4 tile_rect;

struct Cover { int how; int index; };
struct Fold { bool yes; float share; float keep; };

int cover_of_rect(float x0, float y0, float x1, float y1) {
    if (x1 <= tile_rect.x || x0 >= tile_rect.z || y1 <= tile_rect.y || y0 >= tile_rect.w) return NONE;
    if (x0 <= tile_rect.x && x1 >= tile_rect.z && y0 <= tile_rect.y && y1 >= tile_rect.w) return FULLY;
    return PARTLY;
}

int cover_of_circle(Draw draw) {
    precise float near_x = max(max(tile_rect.x - draw.x0, draw.x0 - tile_rect.z), 0.0);
    precise float near_y = max(max(tile_rect.y - draw.y0, draw.y0 - tile_rect.w), 0.0);
    precise float far_x = max(abs(tile_rect.x - draw.x0), abs(tile_rect.z - draw.x0));
    precise float far_y = max(abs(tile_rect.y - draw.y0), abs(tile_rect.w - draw.y0));
    precise float near = near_x * near_x + near_y * near_y;
    precise float far = far_x * far_x + far_y * far_y;
    precise float outer = draw.x1 + 1.0;
    if (near > outer * outer) return NONE;
    if (draw.y1 > 1.0 && far < (draw.y1 - 1.0) * (draw.y1 - 1.0)) return NONE;
    precise float inner = draw.x1 - 1.0;
    if (inner > 0.0 && far < inner * inner && draw.y1 < 0.0) return FULLY;
    return PARTLY;
}

// Returns whether a tile is certainly outside a segment's strip, as most tiles in the box of a long segment are.
bool misses_strip(Draw draw) {
    precise vec2 along = vec2(draw.x1 - draw.x0, draw.y1 - draw.y0);
    precise vec2 size = 0.5 * (tile_rect.zw - tile_rect.xy);
    precise vec2 from = tile_rect.xy + size - 0.5 * vec2(draw.x0 + draw.x1, draw.y0 + draw.y1);
    precise float across = along.y * from.x - along.x * from.y;
    // One pixel of margin for antialiased sides and rounding.
    precise float reach = (draw.size + 1.0) * sqrt(along.x * along.x + along.y * along.y);
    return abs(across) > reach + abs(along.y) * size.x + abs(along.x) * size.y;
}

int cover_of_tile(Path path, int index) {
    uint at = uint(index) * PATHTILE_WORDS;
    if (path_tiles_at(at + 1u) != 0u) return PARTLY;
    uint backdrop = path_tiles_at(at);
    if (path.rule == RULE_EVENODD) return (backdrop & 1u) != 0u ? FULLY : NONE;
    return backdrop != 0u ? FULLY : NONE;
}

int find_path_tile(Path path) {
    if (tx < path.tx0 || tx >= path.tx1 || ty < path.ty0 || ty >= path.ty1) return -1;
    return int(path.tile_start) + (ty - path.ty0) * (path.tx1 - path.tx0) + (tx - path.tx0);
}

Cover cover_of_draw(Draw draw) {
    uint shape = draw.style & 255u;
    if (shape == SHAPE_EVERYWHERE) return Cover(FULLY, -1);
    if (HAS(FEATURE_PATHS) && shape == SHAPE_PATH) {
        Path path = load_path(draw.path);
        int index = find_path_tile(path);
        if (index < 0) return Cover(NONE, index);
        return Cover(cover_of_tile(path, index), index);
    }
    if (shape == SHAPE_RECT) return Cover(cover_of_rect(draw.x0, draw.y0, draw.x1, draw.y1), -1);
    if (HAS(FEATURE_CIRCLES) && shape == SHAPE_CIRCLE) return Cover(cover_of_circle(draw), -1);
    if (HAS(FEATURE_FRAMES) && shape == SHAPE_FRAME) {
        float h = draw.size;
        int outer = cover_of_rect(draw.x0 - h, draw.y0 - h, draw.x1 + h, draw.y1 + h);
        int hole = cover_of_rect(draw.x0 + h, draw.y0 + h, draw.x1 - h, draw.y1 - h);
        return Cover(outer == NONE || hole == FULLY ? NONE : PARTLY, -1);
    }
    if (HAS(FEATURE_SEGMENTS) && shape == SHAPE_SEGMENT && misses_strip(draw)) return Cover(NONE, -1);
    precise float reach = draw.size * SQRT2;
    precise vec2 near = vec2(min(draw.x0, draw.x1), min(draw.y0, draw.y1)) - reach;
    precise vec2 far = vec2(max(draw.x0, draw.x1), max(draw.y0, draw.y1)) + reach;
    return Cover(cover_of_rect(near.x, near.y, far.x, far.y) == NONE ? NONE : PARTLY, -1);
}

// The clip whose mask the tile has after the commands so far; 0 for none.
uint mask;

// Returns an upper bound of the words that write_clip will write. Where a draw between is not written, so that write_clip
// finds another mask, the words counted for that draw make up for it.
uint clip_words(uint clip) {
    uint needed = 1u;
    while (clip != 0u && clip != mask) {
        needed += 2u;
        clip = load_clip(clip).parent;
    }
    return needed;
}

// Whether a clip lies in another one, whose mask the tile has: only the clips between them are multiplied with it.
bool lies_in(uint clip, uint outer) {
    while (clip != 0u && clip != outer) clip = load_clip(clip).parent;
    return clip != 0u;
}

// Writes the commands that make a clip's mask, of the known mask where the clip lies in it, else from none; returns the
// number of their words, without the one for none. Returns -1 where no part of the tile is inside the clip: then the
// caller overwrites the words. The loop may test at its end, see ALL_THREADS: variables that are needed afterwards change
// only beside a store, which each thread does itself.
int write_clip(uint clip, bool inner, uint at) {
    words[at] = COMMAND_CLIP_NONE;
    uint start = inner ? at : at + 1u;
    uint to = start;
    do {
        Clip node = load_clip(clip);
        bool outlined = HAS(FEATURE_CLIP_PATHS) && (!HAS(FEATURE_CLIP_RECTS) || node.path != NO_PATH);
        int index = -1;
        int cover = NONE;
        if (outlined) {
            Path path = load_path(node.path);
            index = find_path_tile(path);
            if (index >= 0) cover = cover_of_tile(path, index);
        } else {
            cover = cover_of_rect(node.x0, node.y0, node.x1, node.y1);
        }
        if (cover == NONE) return -1;
        if (cover == PARTLY) {
            words[to++] = outlined ? node.path << COMMAND_BITS | COMMAND_CLIP_PATH : clip << COMMAND_BITS | COMMAND_CLIP_RECT;
            if (outlined) words[to++] = uint(index);
        }
        clip = node.parent;
    } while (clip != 0u && clip != mask);
    return int(to - start);
}

Fold fold(Draw draw) {
    if (draw.paint != 0u) return Fold(false, 0.0, 1.0);
    uint op = draw.style >> STYLE_OP_SHIFT & 255u;
    if (op == OP_REPLACE) return Fold(true, 1.0, 0.0);
    // There is no affine map where the result depends on the backdrop's alpha, or is clamped.
    if (op >= OP_FIRST_BLEND || (op & 3u) > FACTOR_ONE || op == OP_LIGHTER) return Fold(false, 0.0, 1.0);
    vec2 backdrop = factor_of(op >> OP_BACKDROP_SHIFT);
    precise float keep = backdrop.x + backdrop.y * draw.a;
    return Fold(true, float(op & 3u), keep);
}

// Returns whether a full cover by a draw with a gradient, image or pattern hides everything below it.
bool hides(Draw draw) { return HAS(FEATURE_PAINTS) && (draw.style & STYLE_HIDES) != 0u; }

// Returns the fold of a draw with this cover. An unbounded operator clears tiles that its shape does not cover.
Fold fold_cover(Draw draw, int cover) {
    if (cover == NONE) return Fold(true, 0.0, 0.0);
    Fold f = fold(draw);
    return Fold(cover == FULLY && f.yes, f.share, f.keep);
}

// Whether bins have lists. If the lists did not fit into their buffer, every bin goes through all draws, only to count.
bool listed;
// Whether lines did not fit into their buffer, so that the cover of tiles by outlines is unknown.
bool guesses;

uint draw_at(uint k) { return listed ? binned_at(k) : k; }

// The state of a thread's tile between draws.
uint bound;
uint first;
bool folding;
vec4 pending;
float pending_keep;
uint word_start;
uint next_word;

// Adds an upper bound of the words that write_draw will write. Only write_draw examines the clip's cover of the tile.
void bound_draw(uint k, uint i) {
    Draw draw = load_draw(i);
    Cover found = cover_of_draw(draw);
    bool guessed = HAS(FEATURE_PATHS) && guesses && (draw.style & 255u) == SHAPE_PATH && found.index >= 0;
    int cover = guessed ? PARTLY : found.how;
    if (cover == NONE && (draw.style & STYLE_UNBOUNDED) == 0) return;
    Fold f = fold_cover(draw, cover);
    bool clipped = HAS(FEATURE_CLIPS) && draw.clip != 0u;
    if (f.yes && !clipped) {
        if (f.keep == 0.0) {
            bound = AFFINE_WORDS;
            first = k;
            folding = true;
            mask = 0u;
        } else if (!folding) {
            bound += AFFINE_WORDS;
            folding = true;
        }
        return;
    }
    folding = false;
    if (hides(draw) && cover == FULLY && !clipped) {
        bound = 0u;
        first = k;
        mask = 0u;
    }
    if (mask != draw.clip) {
        bound += clipped ? clip_words(draw.clip) : 1u;
        mask = draw.clip;
    }
    bound += f.yes || guessed ? uint(AFFINE_WORDS) : DRAW_WORDS_AT_MOST;
}

void put_affine() {
    if (!folding) return;
    words[next_word] = COMMAND_AFFINE;
    words[next_word + 1u] = floatBitsToUint(pending.r);
    words[next_word + 2u] = floatBitsToUint(pending.g);
    words[next_word + 3u] = floatBitsToUint(pending.b);
    words[next_word + 4u] = floatBitsToUint(pending.a);
    words[next_word + 5u] = floatBitsToUint(pending_keep);
    folding = false;
    next_word += AFFINE_WORDS;
}

void write_draw(uint k, uint i) {
    if (k < first) return;
    Draw draw = load_draw(i);
    Cover cover = cover_of_draw(draw);
    if (cover.how == NONE && (draw.style & STYLE_UNBOUNDED) == 0) return;
    bool masked = HAS(FEATURE_CLIPS) && draw.clip != 0u;
    uint mask_words = 0u;
    if (masked && mask != draw.clip) {
        bool inner = mask != 0u && lies_in(draw.clip, mask);
        int written = write_clip(draw.clip, inner, next_word + (folding ? uint(AFFINE_WORDS) : 0u));
        if (written < 0) return;
        masked = inner || written > 0;
        mask_words = uint(written) + (inner ? 0u : 1u);
    }
    Fold f = fold_cover(draw, cover.how);
    if (f.yes && !masked) {
        if (f.keep == 0.0) {
            next_word = word_start;
            mask = 0u;
        }
        if (!folding) {
            pending = vec4(0.0);
            pending_keep = 1.0;
            folding = true;
        }
        precise vec4 sum = f.share * vec4(draw.r, draw.g, draw.b, draw.a) + f.keep * pending;
        pending = sum;
        pending_keep = f.keep * pending_keep;
        return;
    }
    if (hides(draw) && cover.how == FULLY && !masked) {
        next_word = word_start;
        mask = 0u;
        folding = false;
    }
    put_affine();
    if (masked) {
        next_word += mask_words;
        mask = draw.clip;
    } else if (mask != 0u) {
        words[next_word++] = COMMAND_CLIP_NONE;
        mask = 0u;
    }
    if (cover.how == FULLY) {
        words[next_word++] = i << COMMAND_BITS | COMMAND_FULL;
    } else if (cover.how == NONE) {
        words[next_word++] = i << COMMAND_BITS | COMMAND_EMPTY;
    } else if (HAS(FEATURE_PATHS) && cover.index >= 0) {
        words[next_word++] = i << COMMAND_BITS | COMMAND_PATH;
        words[next_word++] = uint(cover.index);
    } else {
        words[next_word++] = i << COMMAND_BITS | COMMAND_SHAPE;
    }
}

void mark_chunk(uint from, uint to, ivec2 corner) {
    uint lane = gl_LocalInvocationID.x;
    for (uint w = 0u; w < CHUNK_WORDS; ++w) marks[lane * CHUNK_WORDS + w] = 0u;
    if (lane < CHUNK_WORDS) everywhere[lane] = 0u;
    barrier();
    if (from + lane < to) {
        uint i = draw_at(from + lane);
        uint across = boxes_at(2u * i);
        uint down = boxes_at(2u * i + 1u);
        int x0 = max(int(across & 0xFFFFu) - corner.x, 0);
        int x1 = min(int(across >> 16) - corner.x, BIN);
        int y0 = max(int(down & 0xFFFFu) - corner.y, 0);
        int y1 = min(int(down >> 16) - corner.y, BIN);
        if (x1 - x0 == BIN && y1 - y0 == BIN) {
            atomicOr(everywhere[lane / 32u], 1u << (lane & 31u));
            y1 = y0;
        }
        int y = y0;
        if (y < y1 && x0 < x1) do {
            int x = x0;
            do atomicOr(marks[uint(y * BIN + x) * CHUNK_WORDS + lane / 32u], 1u << (lane & 31u)); while (++x < x1);
        } while (++y < y1);
    }
    barrier();
}

void visit(uint list_start, uint list_end, ivec2 corner, bool writing) {
    uint lane = gl_LocalInvocationID.x;
    for (uint chunk = list_start; chunk < list_end; chunk += CHUNK) {
        uint chunk_end = min(chunk + CHUNK, list_end);
        // The marks of a single chunk are still valid at the second visit.
        if (!writing || list_end - list_start > CHUNK) mark_chunk(chunk, chunk_end, corner);
        uint w = 0u;
        do {
            uint bits = marks[lane * CHUNK_WORDS + w] | everywhere[w];
            while (bits != 0u) {
                uint k = chunk + w * 32u + uint(findLSB(bits));
                if (writing) write_draw(k, draw_at(k));
                else bound_draw(k, draw_at(k));
                bits &= bits - 1u;
            }
        } while (chunk + ++w * 32u < chunk_end);
        barrier();
    }
}

void main() {
    load_config();
    listed = counters[COUNTER_BINNED] <= config.binned_capacity;
    guesses = counters[COUNTER_LINES] > config.line_capacity;
    uint bin_count = config.bin_count;
    uint b = config.first_bin + gl_WorkGroupID.x;
    ivec2 corner = ivec2(int(b % config.width_in_bins), int(b / config.width_in_bins)) * BIN;
    tx = corner.x + int(gl_LocalInvocationID.x) % BIN;
    ty = corner.y + int(gl_LocalInvocationID.x) / BIN;
    tile_rect = vec4(tx * TILE, ty * TILE, min((tx + 1) * TILE, int(config.width)), min((ty + 1) * TILE, int(config.height)));
    uint list_start = listed ? 2u * bin_count + binned_at(2u * b) : 0u;
    uint list_end = listed ? list_start + binned_at(2u * b + 1u) : config.draw_count;

    bound = 0u;
    first = 0u;
    folding = false;
    mask = 0u;
    visit(list_start, list_end, corner, false);

    word_start = bound > 0u ? atomicAdd(counters[COUNTER_WORDS], bound) : 0u;
    bool fits = listed && !guesses && word_start + bound <= config.word_capacity;
    next_word = word_start;
    folding = false;
    mask = 0u;
    if (!fits) first = 0xFFFFFFFFu;
    visit(list_start, list_end, corner, true);
    if (fits) put_affine();
    if (tx < int(config.width_in_tiles) && ty < int(config.height_in_tiles)) {
        uint tile = uint(ty) * config.width_in_tiles + uint(tx);
        tiles[2u * tile] = word_start;
        tiles[2u * tile + 1u] = next_word - word_start;
    }
}
