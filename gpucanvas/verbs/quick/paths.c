/* The verbs that build the current path: they append to its stream what `geometry.builder` would. */

#include "fields.h"

/* The current path and its transform; 0 where there is no path yet. */
static int open_path(PyObject *context, PyObject **path, double *m, int *is_mapped) {
    *path = get(context, PATH);
    if (*path == NONE) return 0;
    PyObject *matrix = get(*path, MATRIX);
    *is_mapped = matrix != NONE;
    return !*is_mapped || read_matrix(matrix, m);
}

/* The points of a call, mapped; 0 where one of them is not a finite number. */
static int read_points(PyObject *const *given, int count, const double *m, int is_mapped, double *points) {
    if (!read_numbers(given, 2 * count, points)) return 0;
    for (double *p = points; is_mapped && p < points + 2 * count; p += 2) {
        double x = p[0], y = p[1];
        p[0] = m[0] * x + m[2] * y + m[4];
        p[1] = m[1] * x + m[3] * y + m[5];
        if (!isfinite(p[0]) || !isfinite(p[1])) return 0;
    }
    return 1;
}

/* Append numbers and verbs to a path; 0 where a stream cannot grow. */
static int extend(PyObject *path, const double *numbers, Py_ssize_t number_count, const char *verbs, Py_ssize_t count) {
    PyObject *stream = get(path, VERBS);
    Py_ssize_t before = PyByteArray_Size(stream);
    if (!append(stream, verbs, count)) return 0;
    if (append_numbers(get(path, COORDS), numbers, number_count)) return 1;
    PyByteArray_Resize(stream, before);
    return 0;
}

/* Note that a subpath which begins with the last points, so many numbers, is open. */
static int note_begun(PyObject *path, Py_ssize_t number_count) {
    if (!put_int(path, MOVE_INDEX, ((PyArray *)get(path, COORDS))->size - number_count)) return 0;
    put_shared(path, IS_OPEN, TRUE);
    return 1;
}

/* Numbers for which an emptied path keeps memory. */
enum { KEPT_NUMBERS = 4096 };

int quick_begin_path(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    (void)given;
    PyObject *path = get(self, PATH);
    if (count || path == NONE) return count == 0;
    PyObject *verbs = get(path, VERBS);
    PyArray *coords = (PyArray *)get(path, COORDS);
    Py_ssize_t verb_count = PyByteArray_Size(verbs);
    if (coords->exports || coords->allocated > KEPT_NUMBERS) return 0;
    if (verb_count && PyByteArray_Resize(verbs, 0)) return PyErr_Clear(), 0;
    coords->size = 0;
    put_int(path, CLEARED, get_int(path, CLEARED) + verb_count + 1);
    put_shared(path, IS_OPEN, FALSE);
    put_shared(path, FILL_FORM, NONE);
    put_shared(path, STROKE_FORM, NONE);
    return 1;
}

int quick_move_to(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    PyObject *path;
    int is_mapped;
    double m[6], p[2];
    if (count != 2 || !open_path(self, &path, m, &is_mapped) || !read_points(given, 1, m, is_mapped, p)) return 0;
    return extend(path, p, 2, (char[]){(char)MOVE}, 1) && note_begun(path, 2);
}

/* Append a segment of one to three points to an open subpath. */
static int append_segment(PyObject *self, PyObject *const *given, Py_ssize_t count, int points, char verb) {
    PyObject *path;
    int is_mapped;
    double m[6], p[6];
    if (count != 2 * points || !open_path(self, &path, m, &is_mapped) || get(path, IS_OPEN) != TRUE) return 0;
    return read_points(given, points, m, is_mapped, p) && extend(path, p, count, &verb, 1);
}

int quick_line_to(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    return append_segment(self, given, count, 1, (char)LINE);
}

int quick_quadratic_curve_to(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    return append_segment(self, given, count, 2, (char)QUAD);
}

int quick_bezier_curve_to(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    return append_segment(self, given, count, 3, (char)CUBIC);
}

/* Note where the path goes on after a closed subpath, and that the next verb must write a MOVE. */
static int end_subpath(PyObject *path, double x, double y) {
    PyObject *point = PyTuple_New(2);
    if (!point) return PyErr_Clear(), 0;
    PyTuple_SetItem(point, 0, PyFloat_FromDouble(x));
    PyTuple_SetItem(point, 1, PyFloat_FromDouble(y));
    put(path, RESTART, point);
    put_shared(path, IS_OPEN, FALSE);
    return 1;
}

int quick_close_path(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    (void)given;
    PyObject *path = get(self, PATH);
    if (count || path == NONE) return 0;
    if (get(path, IS_OPEN) != TRUE) return 1;
    const PyArray *coords = (PyArray *)get(path, COORDS);
    long long place = get_int(path, MOVE_INDEX);
    if (place < 0 || place + 2 > coords->size) return 0;
    const double *start = (double *)coords->items + place;
    return append(get(path, VERBS), (char[]){(char)CLOSE}, 1) && end_subpath(path, start[0], start[1]);
}

int quick_rect(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    PyObject *path;
    int is_mapped;
    double m[6], v[4];
    if (count != 4 || !open_path(self, &path, m, &is_mapped) || !read_numbers(given, 4, v)) return 0;
    double right = v[0] + v[2], bottom = v[1] + v[3];
    double p[8] = {v[0], v[1], right, v[1], right, bottom, v[0], bottom};
    for (int i = 0; i < 8; i += 2) {
        double x = p[i], y = p[i + 1];
        if (is_mapped) p[i] = m[0] * x + m[2] * y + m[4], p[i + 1] = m[1] * x + m[3] * y + m[5];
        if (!isfinite(p[i]) || !isfinite(p[i + 1])) return 0;
    }
    const char outline[] = {(char)MOVE, (char)LINE, (char)LINE, (char)LINE, (char)CLOSE};
    return extend(path, p, 8, outline, sizeof outline) && end_subpath(path, p[0], p[1]);
}

int quick_arc(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    PyObject *path;
    int is_mapped;
    double m[6], v[5], end[2];
    if (count != 5 || !open_path(self, &path, m, &is_mapped) || !read_numbers(given, 5, v)) return 0;
    double r = v[2], start = v[3], sweep = v[4] - v[3];
    /* As `arc_sweep`, but for arcs that end before they start, and those without length. */
    if (!(r > 0.0 && fabs(start) < FAR_ANGLE && sweep > 0.0)) return 0;
    if (sweep > TWO_PI) sweep = TWO_PI;
    double arc[8] = {v[0], v[1], r, 0.0, -0.0, r, start, sweep};
    if (is_mapped) {
        arc[0] = m[0] * v[0] + m[2] * v[1] + m[4], arc[1] = m[1] * v[0] + m[3] * v[1] + m[5];
        arc[2] = m[0] * r + m[2] * 0.0, arc[3] = m[1] * r + m[3] * 0.0;
        arc[4] = m[0] * -0.0 + m[2] * r, arc[5] = m[1] * -0.0 + m[3] * r;
    }
    end[0] = arc[0] + arc[2] * cos(start) + arc[4] * sin(start);
    end[1] = arc[1] + arc[3] * cos(start) + arc[5] * sin(start);
    for (int i = 0; i < 6; i++)
        if (!isfinite(arc[i])) return 0;
    if (!isfinite(end[0]) || !isfinite(end[1])) return 0;
    double numbers[10] = {end[0], end[1]};
    memcpy(numbers + 2, arc, sizeof arc);
    int is_first = PyByteArray_Size(get(path, VERBS)) == 0;
    if (!is_first && get(path, IS_OPEN) != TRUE) return 0;
    const char verbs[] = {(char)(is_first ? MOVE : LINE), (char)ARC};
    return extend(path, numbers, 10, verbs, 2) && (!is_first || note_begun(path, 10));
}

/* A rectangle whose four corners are rounded alike, under a transform that keeps circles round and does not turn. */
int quick_round_rect(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    PyObject *path;
    int is_mapped;
    double m[6] = {1.0, 0.0, 0.0, 1.0, 0.0, 0.0}, v[5];
    if (count != 5 || !open_path(self, &path, m, &is_mapped) || !read_numbers(given, 5, v)) return 0;
    if (!is_plain(given[4]) || !(v[4] > 0.0 && v[4] < MOST_RADIUS) || !isfinite(v[0] + v[1] + v[2] + v[3])) return 0;
    double radius = v[4] * fmin(fmin(fabs(v[2]) / (v[4] + v[4]), fabs(v[3]) / (v[4] + v[4])), 1.0);
    if (!(radius > 0.0 && v[2] > 0.0 && v[3] > 0.0)) return 0;
    if (!(m[0] > 0.0 && m[0] == m[3] && m[1] == 0.0 && m[2] == 0.0)) return 0;
    double x = m[0] * v[0] + m[4], y = m[0] * v[1] + m[5], r = m[0] * radius, quarter = TWO_PI / 4;
    double left = x + r, top = y + r, end = m[0] * (v[0] + v[2]) + m[4] - r, low = m[0] * (v[1] + v[3]) + m[5] - r;
    double up = top - r, out = end + r, down = low + r, back = left - r;
    if (!isfinite(y + left + top + end + low + up + out + down + back)) return 0;
    const double numbers[] = {
        left, y,
        end, up, end, top, 0.0, -r, r, 0.0, 0.0, quarter,
        out, low, end, low, r, 0.0, 0.0, r, 0.0, quarter,
        left, down, left, low, 0.0, r, -r, 0.0, 0.0, quarter,
        back, top, left, top, -r, 0.0, 0.0, -r, 0.0, quarter,
    };
    const char l = (char)LINE, a = (char)ARC, outline[] = {(char)MOVE, l, a, l, a, l, a, l, a, (char)CLOSE};
    const Py_ssize_t size = sizeof numbers / sizeof numbers[0];
    if (!extend(path, numbers, size, outline, sizeof outline) || !note_begun(path, size)) return 0;
    return end_subpath(path, x, y);
}
