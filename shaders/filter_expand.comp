// filter: cells become pixels again, each from the cells around it. A thread makes BLUR_RUN pixels of a row.
// Twin: stages/filter.py, mix_lines and store_line.
#version 430
#include "shared/filter.glsl"

// What pixel p of a cell of 1 / inverse pixels takes from the next cell.
float next_share(float p, float inverse) {
    precise float q = p * inverse;
    precise float share = (q + inverse) * q * 0.5;
    return share;
}

// A pixel of a cell of 2 ^ shift pixels. A division might not be exact.
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

// A column of cells in the row of pixels y. Cells begin one before the result's, where they are no pixels.
Value column(int x, int y) {
    if (item.step_y == 0) return source_value(x, y);
    int row = y >> item.step_y;
    Value before = source_value(x, row);
    Value own = source_value(x, row + 1);
    Value behind = source_value(x, row + 2);
    return mix_cells(before, own, behind, y, item.step_y);
}

void main() {
    if (is_halted()) return;
    int unit = find_unit();
    int runs = (item.wide + BLUR_RUN - 1) / BLUR_RUN;
    int y = unit / runs;
    int x = (unit - y * runs) * BLUR_RUN;
    if (y >= item.high) return;
    int at = x >> item.step_x;
    Value before = column(at, y);
    Value own = before;
    Value behind = before;
    if (item.step_x != 0) {
        own = column(at + 1, y);
        behind = column(at + 2, y);
    }
    for (int i = 0; i < BLUR_RUN; ++i) {
        if (item.step_x == 0) {
            store_value(x + i, y, column(x + i, y));
            continue;
        }
        if ((x + i) >> item.step_x != at) {
            ++at;
            before = own;
            own = behind;
            behind = column(at + 2, y);
        }
        store_value(x + i, y, mix_cells(before, own, behind, x + i, item.step_x));
    }
}
