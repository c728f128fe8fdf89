// filter: two columns, or two rows, or both, become one: each value of the result is of four, weighted 1 3 3 1.
// Twin: stages/filter.py, sum_pixels and halve_line, which halve several times at once.
#version 430
#include "shared/filter.glsl"

// The last of the values that count for one of the result, on an axis that is halved, or stays.
#define LAST(step) (3 * (step) - 3)
#define SHARE(step, i) ((step) == 1 ? 1.0 : (i) == 0 || (i) == 3 ? 0.125 : 0.375)

Value column(int x, int y) {
    precise Value sum = Value(0.0);
    for (int i = 0; i <= LAST(item.step_y); ++i) sum += SHARE(item.step_y, i) * source_value(x, y + i);
    return sum;
}

void main() {
    if (is_halted()) return;
    int unit = find_unit();
    int y = unit / item.wide;
    int x = unit - y * item.wide;
    if (y >= item.high) return;
    int left = item.step_x * x + item.offset_x;
    int top = item.step_y * y + item.offset_y;
    precise Value sum = Value(0.0);
    for (int i = 0; i <= LAST(item.step_x); ++i) sum += SHARE(item.step_x, i) * column(left + i, top);
    store_value(x, y, sum);
}
