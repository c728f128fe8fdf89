// The items of a filter's pass, one per box, each with consecutive work groups. The includer defines ITEM, the record's
// name, and ITEM_WORDS and LOAD_ITEM, which the contract has for it; the record's first field is the index of the
// item's first work group. A group's first threads load the item for all its threads: software OpenGL takes five times
// as long for a word of a buffer, unless the whole group reads the same word.

#include "shared/overflow.glsl"

layout(std430, binding = 0) readonly buffer ItemBlock { uint items[]; };

// The items of this pass: the index of the first, and the index behind the last.
uniform uint first_item;
uniform uint last_item;

shared uint item_words[ITEM_WORDS];
shared uint found;

uint item_word_at(uint i) { return item_words[i]; }

ITEM item;

// Returns the item that a work group belongs to: the last one that begins at or before the group.
uint find_item(uint group) {
    uint low = first_item;
    uint high = last_item;
    while (high - low > 1u) {
        uint middle = (low + high) >> 1;
        if (items[middle * ITEM_WORDS] <= group) low = middle;
        else high = middle;
    }
    return low;
}

// Loads the item of this work group; returns this thread's index among the item's threads.
int find_unit() {
    uint lane = gl_LocalInvocationID.x;
    uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (lane == 0u) found = find_item(group);
    barrier();
    if (lane < ITEM_WORDS) item_words[lane] = items[found * ITEM_WORDS + lane];
    barrier();
    item = LOAD_ITEM(item_word_at, 0u);
    return int((group - item.group_start) * gl_WorkGroupSize.x + lane);
}
