// What the passes of filters share: their items, one a box, each with so many work groups, one behind another. Before it
// is included, ITEM is the record's name, ITEM_WORDS and LOAD_ITEM what the contract has for it; its first field is the
// index of the first work group. A group's first threads fetch what all threads need: software OpenGL takes five times
// as long for a word of a buffer, unless the whole group reads the same one.

#include "shared/overflow.glsl"

layout(std430, binding = 0) readonly buffer ItemBlock { uint items[]; };

// The items of this pass: the first, and the one behind the last.
uniform uint first_item;
uniform uint last_item;

shared uint item_words[ITEM_WORDS];
shared uint found;

uint item_word_at(uint i) { return item_words[i]; }

ITEM item;

// The last item that does not begin behind a group.
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

// Load the item of this work group; returns the number of this thread among the item's.
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
