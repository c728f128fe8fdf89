/* The state of a context: its transform, alpha and pen, the stack, and the indices that commands refer to. */

#include "fields.h"

static const double IDENTITY[6] = {1.0, 0.0, 0.0, 1.0, 0.0, 0.0};

static int is_identity(const double *m) {
    for (int i = 0; i < 6; i++)
        if (m[i] != IDENTITY[i]) return 0;
    return 1;
}

/* -- indices --------------------------------------------------------------------------------------------------- */

/* Append a STATE of the present transform and alpha, and the rest of the last recorded one; sets the state's index. */
static int append_moved_state(PyObject *context, PyObject *state) {
    struct { double matrix[6], alpha; char rest[32]; } row;
    PyObject *states = get(get(context, RECORDING), STATES), *rest = get(context, STATE_REST);
    if (!states || !is_of_kind(rest, IS_BYTES) || PyBytes_Size(rest) != sizeof row.rest) return 0;
    if (!read_matrix(get(state, STATE_MATRIX), row.matrix)) return 0;
    if (!read_number(get(state, STATE_ALPHA), &row.alpha)) return 0;
    memcpy(row.rest, PyBytes_AsString(rest), sizeof row.rest);
    long long index = PyByteArray_Size(states) / STATE_BYTES;
    if (!append(states, &row, sizeof row) || !put_int(context, STATE_INDEX, index)) return 0;
    return get_int(context, SHIFTED_STATE) < 0 || put_int(context, SHIFTED_STATE, index << STATE_SHIFT);
}

/* Set a paint's index to that of a colour, which is appended unless it is there; 0 for any other paint. */
static int find_color(PyObject *context, int index, PyObject *style) {
    PyObject *colors = get(context, COLORS), *paints = get(context, PAINTS);
    if (get(context, KEEPS_COLORS) != TRUE || !style || style->type != tuple_class) return 0;
    if (get_int(context, index) >= 0) return 1;
    if (!is_of_kind(paints, IS_LIST)) return 0;
    for (Py_ssize_t i = 0; i < PyTuple_Size(style); i++)
        if (!is_plain(PyTuple_GetItem(style, i))) return 0;
    PyObject *found = PyDict_GetItemWithError(colors, style);
    if (found) {
        put_shared(context, index, found);
        return 1;
    }
    PyObject *made = PyLong_FromLongLong(PyList_Size(paints));
    if (!made || PyList_Append(paints, style)) return Py_DecRef(made), 0;
    if (PyDict_Size(colors) < MAX_CACHED_COLORS && PyDict_SetItem(colors, style, made)) PyErr_Clear();
    put(context, index, made);
    return 1;
}

/* Set the pen's index to that of a pen, which is appended unless it is there, as `Commands.add_pen` does. */
static int find_pen(PyObject *context, PyObject *pen) {
    PyObject *recording = get(context, RECORDING), *known = get(recording, KNOWN), *pens = get(recording, PENS);
    if (!known || !is_of_kind(pen, IS_TUPLE)) return 0;
    PyObject *found = PyDict_GetItemWithError(known, pen), *dash = PyTuple_GetItem(pen, 4);
    if (found) {
        put_shared(context, PEN_INDEX, found);
        return 1;
    }
    double width, cap, join, miter_limit;
    if (PyErr_Occurred() || !is_of_kind(dash, IS_TUPLE) || !read_number(PyTuple_GetItem(pen, 0), &width) ||
        !read_number(PyTuple_GetItem(pen, 1), &cap) || !read_number(PyTuple_GetItem(pen, 2), &join) ||
        !read_number(PyTuple_GetItem(pen, 3), &miter_limit))
        return PyErr_Clear(), 0;
    const double numbers[] = {width, miter_limit, cap, join, PyTuple_Size(dash) > 0};
    PyObject *index = PyLong_FromLongLong(PyList_Size(pens));
    if (!index || !append_numbers(get(recording, PEN_NUMBERS), numbers, 5)) return Py_DecRef(index), PyErr_Clear(), 0;
    if (PyList_Append(pens, pen) || PyDict_SetItem(known, pen, index)) return Py_DecRef(index), 0;
    put(context, PEN_INDEX, index);
    return 1;
}

int is_synced(PyObject *context) {
    if (get(context, STALE) == FALSE) return 1;
    PyObject *recording = get(context, RECORDING), *state = get(context, STATE);
    if (!recording || recording == NONE || PyByteArray_Size(get(context, STREAM)) > get_int(context, UNREAD_LIMIT))
        return 0;
    long long index = get_int(context, STATE_INDEX);
    if (index < 0 && (index != TRANSFORM_CHANGED || get(state, STATE_HIT) != NONE)) return 0;
    if (!find_color(context, FILL, get(state, STATE_FILL))) return 0;
    if (index < 0 && !append_moved_state(context, state)) return 0;
    /* A gradient may get another stop before the next stroke: Python looks for its paint again. */
    if (!is_of_kind(get(state, STATE_STROKE), IS_TUPLE) && !put_int(context, STROKE, -1)) return 0;
    put_shared(context, STALE, FALSE);
    return 1;
}

int is_stroke_synced(PyObject *context) {
    if (!is_synced(context)) return 0;
    PyObject *state = get(context, STATE);
    if (!find_color(context, STROKE, get(state, STATE_STROKE))) return 0;
    return get_int(context, PEN_INDEX) >= 0 || find_pen(context, get(state, STATE_PEN));
}

/* -- transforms ------------------------------------------------------------------------------------------------ */

/* Note that the transform or alpha differ from the last recorded state. */
static int note_moved(PyObject *context) {
    if (get_int(context, STATE_INDEX) >= 0 && !put_int(context, STATE_INDEX, TRANSFORM_CHANGED)) return 0;
    put_shared(context, STALE, TRUE);
    return 1;
}

/* Have the current path map its points by a transform, a tuple with these numbers. */
static void move_path(PyObject *context, PyObject *matrix, const double *m) {
    PyObject *path = get(context, PATH);
    if (path != NONE) put_shared(path, MATRIX, is_identity(m) ? NONE : matrix);
}

static int set_matrix(PyObject *context, const double *m) {
    PyObject *matrix = PyTuple_New(6);
    if (!matrix) return 0;
    for (int i = 0; i < 6; i++) PyTuple_SetItem(matrix, i, PyFloat_FromDouble(m[i]));
    move_path(context, matrix, m);
    put(get(context, STATE), STATE_MATRIX, matrix);
    return note_moved(context);
}

static int read_transform(PyObject *context, double *m) {
    return read_matrix(get(get(context, STATE), STATE_MATRIX), m);
}

int quick_set_transform(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    double m[6];
    return count == 6 && read_numbers(given, 6, m) && set_matrix(self, m);
}

int quick_translate(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    double by[2], m[6];
    if (count != 2 || !read_numbers(given, 2, by) || !read_transform(self, m)) return 0;
    double e = m[0] * by[0] + m[2] * by[1] + m[4], f = m[1] * by[0] + m[3] * by[1] + m[5];
    return set_matrix(self, (double[]){m[0], m[1], m[2], m[3], e, f});
}

int quick_scale(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    double by[2], m[6];
    if (count != 2 || !read_numbers(given, 2, by) || !read_transform(self, m)) return 0;
    return set_matrix(self, (double[]){m[0] * by[0], m[1] * by[0], m[2] * by[1], m[3] * by[1], m[4], m[5]});
}

int quick_rotate(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    double angle, m[6];
    if (count != 1 || !read_number(given[0], &angle) || !read_transform(self, m)) return 0;
    /* As `sine_and_cosine`: exactly 0 at multiples of a quarter turn. */
    double s = sin(angle), k = cos(angle);
    double error = fmin(QUARTER_ERROR * fmax(fabs(angle), 1.0), MOST_QUARTER_ERROR);
    s = fabs(s) <= error ? 0.0 : s;
    k = fabs(k) <= error ? 0.0 : k;
    double e = m[0] * 0.0 + m[2] * 0.0 + m[4], f = m[1] * 0.0 + m[3] * 0.0 + m[5];
    return set_matrix(self, (double[]){m[0] * k + m[2] * s, m[1] * k + m[3] * s, m[0] * -s + m[2] * k,
                                       m[1] * -s + m[3] * k, e, f});
}

/* -- the stack ------------------------------------------------------------------------------------------------- */

/* What a pushed state takes from the one below it: all slots but its layer, and what is below it. */
static const int COPIED[] = {
    STATE_MATRIX, STATE_ALPHA, STATE_OPERATOR, STATE_CLIP, STATE_FILL,      STATE_STROKE,  STATE_PEN,
    STATE_SHADOW, STATE_TEXT,  STATE_FILTER,   STATE_HIT,  STATE_SMOOTHING, STATE_QUALITY,
};
enum { COPIED_COUNT = sizeof COPIED / sizeof COPIED[0] };

int quick_save(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    (void)given;
    PyObject *pushed = count ? NULL : PyType_GenericAlloc(state_class, 0), *state = get(self, STATE);
    if (!pushed) return 0;
    for (int i = 0; i < COPIED_COUNT; i++) put_shared(pushed, COPIED[i], get(state, COPIED[i]));
    put_shared(pushed, STATE_LAYER, NONE);
    put_shared(pushed, STATE_BELOW, state);
    put(self, STATE, pushed);
    return 1;
}

int quick_restore(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    (void)given;
    static const int SAME[] = {STATE_OPERATOR, STATE_CLIP, STATE_SHADOW, STATE_FILTER, STATE_HIT};
    PyObject *before = get(self, STATE), *state = get(before, STATE_BELOW);
    double m[6];
    if (count || get(before, STATE_LAYER) != NONE || !state || state == NONE) return 0;
    for (int i = 0; i < 5; i++)
        if (get(before, SAME[i]) != get(state, SAME[i])) return 0;
    PyObject *matrix = get(state, STATE_MATRIX);
    if (!read_matrix(matrix, m)) return 0;
    PyObject *unknown = PyLong_FromLongLong(-1);
    if (!unknown) return 0;
    if (get(state, STATE_FILL) != get(before, STATE_FILL)) put_shared(self, FILL, unknown);
    if (get(state, STATE_STROKE) != get(before, STATE_STROKE)) put_shared(self, STROKE, unknown);
    if (get(state, STATE_PEN) != get(before, STATE_PEN)) put_shared(self, PEN_INDEX, unknown);
    Py_DecRef(unknown);
    Py_IncRef(state);
    move_path(self, matrix, m);
    put(self, STATE, state);
    return note_moved(self);
}

/* -- properties ------------------------------------------------------------------------------------------------ */

int quick_global_alpha(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    PyObject *state = get(self, STATE);
    double alpha, before;
    if (count != 1 || !read_number(given[0], &alpha) || !(alpha >= 0.0 && alpha <= 1.0)) return 0;
    if (!read_number(get(state, STATE_ALPHA), &before)) return 0;
    if (alpha == before) return 1;
    PyObject *made = PyFloat_FromDouble(alpha);
    if (!made) return 0;
    put(state, STATE_ALPHA, made);
    return note_moved(self);
}

int quick_line_width(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    PyObject *pen = get(get(self, STATE), STATE_PEN), *made = NULL;
    double width, before;
    if (count != 1 || !read_number(given[0], &width) || !(width > 0.0)) return 0;
    if (!is_of_kind(pen, IS_TUPLE) || !read_number(PyTuple_GetItem(pen, 0), &before)) return 0;
    if (width == before) return 1;
    Py_IncRef(pen);
    Py_ssize_t size = PyTuple_Size(pen);
    PyObject *numbers = PyTuple_New(size);
    if (numbers) {
        PyTuple_SetItem(numbers, 0, PyFloat_FromDouble(width));
        for (Py_ssize_t i = 1; i < size; i++) {
            PyObject *number = PyTuple_GetItem(pen, i);
            Py_IncRef(number);
            PyTuple_SetItem(numbers, i, number);
        }
        made = PyObject_CallFunctionObjArgs(new_tuple, (PyObject *)pen->type, numbers, NULL);
    }
    Py_DecRef(numbers);
    Py_DecRef(pen);
    if (!made) return 0;
    put(get(self, STATE), STATE_PEN, made);
    return put_int(self, PEN_INDEX, -1);
}
