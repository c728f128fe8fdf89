// filter: interpolates pixels from the cells around each of them. A thread computes BLUR_RUN pixels of a row, or
// BLUR_WIDE_RUN in wide cells. Twin: stages/filter.py, mix_lines and store_line.
#version 430
#include "shared/filter.glsl"

#if (FEATURES & BLUR_WIDE_CELLS) != 0
#define RUN BLUR_WIDE_RUN
#else
#define RUN BLUR_RUN
#endif

// The next cell's share of pixel p, in a cell of 1 / inverse pixels.
float next_share(float p, float inverse) {
    precise float q = p * inverse;
    precise float share = (q + inverse) * q * 0.5;
    return share;
}

// Returns a pixel of a cell of 2 ^ shift pixels. 1 / 2 ^ shift is made from bits, because a division might not be
// exact.
Value mix_cells(Value before, Value own, Value behind, int at, int shift) {
    int last = (1 << shift) - 1;
    int p = at & last;
    float inverse = uintBitsToFloat(uint(127 - shift) << 23);
    float low = next_share(float(last - p), inverse);
    float high = next_share(float(p), inverse);
    precise float middle = 1.0 - high - low;
    precise Value mixed = before * low + own * middle + behind * high;
    return mixed;
}

// Returns a column of cells, interpolated at the row of pixels y. Cells begin one row before the result; where rows are
// not halved they begin with the result, and the neighbours' shares are 0.
Value column(int x, int y) {
    int row = (y >> item.step_y) + min(item.step_y, 1);
    return mix_cells(source_value(x, row - 1), source_value(x, row), source_value(x, row + 1), y, item.step_y);
}

void main() {
    if (is_halted()) return;
    int unit = find_unit();
    int runs = (item.wide + RUN - 1) / RUN;
    int y = unit / runs;
    int x = (unit - y * runs) * RUN;
    if (y >= item.high) return;
    int at = x >> item.step_x;
    Value first = column(at, y);
    Value second = column(at + 1, y);
    Value third = column(at + 2, y);
#if (FEATURES & (BLUR_CELLS | BLUR_WIDE_CELLS)) != 0
    for (int i = 0; i < RUN; ++i) store_value(x + i, y, mix_cells(first, second, third, x + i, item.step_x));
#else
    Value fourth = column(at + 3, y);
    bool whole = item.step_x == 0;
    bool next = item.step_x == 1;
    store_value(x, y, whole ? first : mix_cells(first, second, third, x, item.step_x));
    store_value(x + 1, y, whole ? second : mix_cells(first, second, third, x + 1, item.step_x));
    Value a = next ? second : first;
    Value b = next ? third : second;
    Value c = next ? fourth : third;
    store_value(x + 2, y, whole ? third : mix_cells(a, b, c, x + 2, item.step_x));
    store_value(x + 3, y, whole ? fourth : mix_cells(a, b, c, x + 3, item.step_x));
#endif
}
