// Returns the column, row and page of a texel from its index in the pages.

ivec3 place_of(uint i) {
    return ivec3(i & uint(PAGE_SIDE - 1), i >> PAGE_SHIFT & uint(PAGE_SIDE - 1), i >> 2 * PAGE_SHIFT);
}
