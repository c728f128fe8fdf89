// filter: halves the columns, the rows, or both: each result is the sum of four values with the weights 1 3 3 1, over
// 8. With BLUR_BOTH_WAYS a thread computes BLUR_RUN neighbours, which share columns. Twin: stages/filter.py, sum_pixels
// and halve_line, which halve several times at once.
#version 430
#include "shared/filter.glsl"

#define SHARE(i) ((i) == 0 || (i) == 3 ? 0.125 : 0.375)

Value sum_of(Value a, Value b, Value c, Value d) {
    precise Value sum = Value(0.0);
    sum += SHARE(0) * a;
    sum += SHARE(1) * b;
    sum += SHARE(2) * c;
    sum += SHARE(3) * d;
    return sum;
}

// Returns the sum of four values of a column; one value where rows are not halved.
Value column(int x, int y, int step_y) {
    if (step_y == 1) return source_value(x, y);
    return sum_of(source_value(x, y), source_value(x, y + 1), source_value(x, y + 2), source_value(x, y + 3));
}

#if (FEATURES & BLUR_BOTH_WAYS) != 0
void main() {
    if (is_halted()) return;
    int unit = find_unit();
    int runs = (item.wide + BLUR_RUN - 1) / BLUR_RUN;
    int y = unit / runs;
    int x = (unit - y * runs) * BLUR_RUN;
    if (y >= item.high) return;
    int left = 2 * x + item.offset_x;
    int top = 2 * y + item.offset_y;
    Value columns[2 * BLUR_RUN + 2];
    for (int i = 0; i < 2 * BLUR_RUN + 2; ++i) columns[i] = column(left + i, top, 2);
    for (int i = 0; i < BLUR_RUN; ++i) {
        store_value(x + i, y, sum_of(columns[2 * i], columns[2 * i + 1], columns[2 * i + 2], columns[2 * i + 3]));
    }
}
#else
void main() {
    if (is_halted()) return;
    int unit = find_unit();
    int y = unit / item.wide;
    int x = unit - y * item.wide;
    if (y >= item.high) return;
    int left = item.step_x * x + item.offset_x;
    int top = item.step_y * y + item.offset_y;
    Value first = column(left, top, item.step_y);
    if (item.step_x == 1) {
        store_value(x, y, first);
        return;
    }
    Value second = column(left + 1, top, item.step_y);
    Value third = column(left + 2, top, item.step_y);
    store_value(x, y, sum_of(first, second, third, column(left + 3, top, item.step_y)));
}
#endif
