// Where a texel lies in the pages, by its number: column, row and page.

ivec3 place_of(uint i) {
    return ivec3(i & uint(PAGE_SIDE - 1), i >> PAGE_SHIFT & uint(PAGE_SIDE - 1), i >> 2 * PAGE_SHIFT);
}
