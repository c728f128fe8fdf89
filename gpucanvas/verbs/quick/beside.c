/* Paths that lie wholly beside the picture, which are not recorded: the C version of `geometry/controlbox.py`. */

#include "fields.h"

typedef struct { double left, top, right, bottom; } Box;

static int is_stream(PyObject *verbs, PyArray *coords) {
    /* A program may replace or delete the stream of a path. */
    return verbs && coords && verbs->type == bytearray_class && is_array_of_floats((PyObject *)coords);
}

/* The numbers of each verb in a stream. */
static int numbers_of(char verb) {
    return verb == ARC ? 8 : verb == CUBIC ? 6 : verb == QUAD ? 4 : verb == CLOSE ? 0 : 2;
}

static void grow(Box *box, double x, double y, double dx, double dy) {
    if (x - dx < box->left) box->left = x - dx;
    if (x + dx > box->right) box->right = x + dx;
    if (y - dy < box->top) box->top = y - dy;
    if (y + dy > box->bottom) box->bottom = y + dy;
}

/* The box of a stream's points, which holds the ellipses of its arcs as a whole. */
static Box control_box(const char *verbs, Py_ssize_t verb_count, const double *numbers, Py_ssize_t count) {
    Box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    const double *end = numbers + count;
    if (!memchr(verbs, ARC, (size_t)verb_count)) {
        for (; numbers + 2 <= end; numbers += 2) grow(&box, numbers[0], numbers[1], 0.0, 0.0);
        return box;
    }
    for (Py_ssize_t i = 0; i < verb_count && numbers + numbers_of(verbs[i]) <= end; i++) {
        const double *p = numbers;
        numbers += numbers_of(verbs[i]);
        if (verbs[i] == ARC) {
            grow(&box, p[0], p[1], fabs(p[2]) + fabs(p[4]), fabs(p[3]) + fabs(p[5]));
            continue;
        }
        for (; p < numbers; p += 2) grow(&box, p[0], p[1], 0.0, 0.0);
    }
    return box;
}

/* Find the box of a path, which is kept with it for as long as the path stays the same. */
static int find_box(PyObject *path, Box *box) {
    double *sides[] = {&box->left, &box->top, &box->right, &box->bottom};
    PyObject *verbs = get(path, VERBS), *known = get(path, BOX);
    PyArray *coords = (PyArray *)get(path, COORDS);
    if (!is_stream(verbs, coords) || !coords->size) return 0;
    long long version = get_int(path, CLEARED) + PyByteArray_Size(verbs);
    if (is_of_kind(known, IS_TUPLE) && PyTuple_Size(known) == 5 &&
        PyLong_AsLongLong(PyTuple_GetItem(known, 0)) == version) {
        for (int i = 0; i < 4; i++) *sides[i] = PyFloat_AsDouble(PyTuple_GetItem(known, i + 1));
        return 1;
    }
    *box = control_box(PyByteArray_AsString(verbs), PyByteArray_Size(verbs), (double *)coords->items, coords->size);
    PyObject *kept = PyTuple_New(5);
    if (!kept) return PyErr_Clear(), 1;
    PyTuple_SetItem(kept, 0, PyLong_FromLongLong(version));
    for (int i = 0; i < 4; i++) PyTuple_SetItem(kept, i + 1, PyFloat_FromDouble(*sides[i]));
    put(path, BOX, kept);
    return 1;
}

int is_beside(PyObject *context, PyObject *path, double reach) {
    double m[6], width, height;
    Box box;
    if (!is_of_kind(get(context, SEEN_SIZE), IS_TUPLE) || get(get(context, STATE), STATE_HIT) != NONE) return 0;
    if (!find_box(path, &box)) return 0;
    /* Making a tuple may have run Python code that changed the context. */
    if (get(context, STALE) != FALSE) return 0;
    PyObject *size = get(context, SEEN_SIZE);
    if (!is_of_kind(size, IS_TUPLE) || !read_number(PyTuple_GetItem(size, 0), &width) ||
        !read_number(PyTuple_GetItem(size, 1), &height) || !read_matrix(get(get(context, STATE), STATE_MATRIX), m))
        return 0;
    double more = reach + BESIDE;
    double left = m[0] * (m[0] >= 0.0 ? box.left : box.right) + m[2] * (m[2] >= 0.0 ? box.top : box.bottom) + m[4];
    double right = m[0] * (m[0] >= 0.0 ? box.right : box.left) + m[2] * (m[2] >= 0.0 ? box.bottom : box.top) + m[4];
    double top = m[1] * (m[1] >= 0.0 ? box.left : box.right) + m[3] * (m[3] >= 0.0 ? box.top : box.bottom) + m[5];
    double bottom = m[1] * (m[1] >= 0.0 ? box.right : box.left) + m[3] * (m[3] >= 0.0 ? box.bottom : box.top) + m[5];
    return right < -more || bottom < -more || left > width + more || top > height + more;
}
