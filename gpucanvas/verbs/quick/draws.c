/* The verbs that draw, and the two styles that they draw with. Each one appends a COMMAND. */

#include "fields.h"

/* A COMMAND of the contract. */
typedef struct { uint32_t kind, state, paint, extra; double v[4]; } Command;

/* Append a command in the current state; 0 where its indices are not known, or it needs more than one command. */
static int append_command(PyObject *context, int kind, int paint_field, long long extra, double a, double b, double c,
                          double d) {
    long long state = get_int(context, STATE_INDEX), paint = get_int(context, paint_field);
    if (get(context, IS_INDIRECT) != FALSE || get_int(context, SHIFTED_STATE) < 0) return 0;
    if ((state | paint | extra) >> 32) return 0; /* One of them is negative, or too large. */
    Command command = {(uint32_t)kind, (uint32_t)state, (uint32_t)paint, (uint32_t)extra, {a, b, c, d}};
    PyObject *stream = get(context, STREAM);
    if (!append(stream, &command, sizeof command)) return 0;
    /* Beyond the limit, the next verb is Python's, which draws what has been recorded. */
    if (PyByteArray_Size(stream) > get_int(context, UNREAD_LIMIT)) put_shared(context, STALE, TRUE);
    return 1;
}

/* -- rectangles ------------------------------------------------------------------------------------------------ */

int quick_fill_rect(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    double v[4];
    return count == 4 && read_numbers(given, 4, v) && is_synced(self) &&
           append_command(self, FILL_RECT, FILL, 0, v[0], v[1], v[2], v[3]);
}

int quick_stroke_rect(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    double v[4];
    if (count != 4 || !read_numbers(given, 4, v) || !is_stroke_synced(self)) return 0;
    if (v[2] == 0.0 && v[3] == 0.0) return 1;
    return append_command(self, STROKE_RECT, STROKE, get_int(self, PEN_INDEX), v[0], v[1], v[2], v[3]);
}

int quick_clear_rect(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    double v[4];
    if (count != 4 || !read_numbers(given, 4, v) || !is_synced(self)) return 0;
    if (PyByteArray_Size(get(self, STREAM)) + COMMAND_BYTES > get_int(self, UNREAD_LIMIT)) return 0;
    return append_command(self, CLEAR_RECT, FILL, 0, v[0], v[1], v[2], v[3]);
}

/* -- paths ----------------------------------------------------------------------------------------------------- */

/* Append an outline to a recording's; returns its index, -1 where its streams cannot grow. */
static long long append_path(PyObject *paths, PyObject *all_verbs, PyArray *all_coords, PyObject *verbs,
                             PyArray *coords) {
    Py_ssize_t verb_count = PyByteArray_Size(verbs), verbs_before = PyByteArray_Size(all_verbs);
    int64_t ends[2] = {verbs_before + verb_count, all_coords->size + coords->size};
    long long index = PyByteArray_Size(paths) / PATH_BYTES;
    if (!append(paths, ends, sizeof ends)) return -1;
    if (append(all_verbs, PyByteArray_AsString(verbs), verb_count)) {
        if (append_numbers((PyObject *)all_coords, coords->items, coords->size)) return index;
        PyByteArray_Resize(all_verbs, verbs_before);
    }
    PyByteArray_Resize(paths, index * PATH_BYTES);
    return PyErr_Clear(), -1;
}

/* The index of the current path in the recording, which it is appended to unless it is there; -1: Python must do it. */
static long long current_path(PyObject *context) {
    PyObject *path = get(context, PATH), *tables = get(context, PATH_TABLES);
    if (path == NONE) return -1;
    PyObject *verbs = get(path, VERBS), *coords = get(path, COORDS);
    long long version = get_int(path, CLEARED) + PyByteArray_Size(verbs);
    if (version == get_int(context, PATH_VERSION)) return get_int(context, PATH_INDEX);
    if (tables == NONE || PyByteArray_Size(get(context, STREAM)) > get_int(context, UNREAD_LIMIT)) return -1;
    if (((PyArray *)PyTuple_GetItem(tables, 2))->size + ((PyArray *)coords)->size > UNREAD_COORDS) return -1;
    long long index = append_path(PyTuple_GetItem(tables, 0), PyTuple_GetItem(tables, 1),
                                  (PyArray *)PyTuple_GetItem(tables, 2), verbs, (PyArray *)coords);
    return index >= 0 && put_int(context, PATH_INDEX, index) && put_int(context, PATH_VERSION, version) ? index : -1;
}

/* The index of a Path2D in the recording, which it is appended to unless it is there as it is now, as
   `Commands.add_path` does; -1: Python must do it. */
static long long index_of_path(PyObject *context, PyObject *path) {
    PyObject *key = PyTuple_New(2), *entry = PyTuple_New(3), *recording = get(context, RECORDING);
    long long index = -1;
    /* Making a tuple may have run Python code that ended the recording. */
    if (key && entry && recording != NONE) {
        PyTuple_SetItem(key, 0, PyLong_FromLongLong(PATH_KEY));
        PyTuple_SetItem(key, 1, PyLong_FromVoidPtr(path));
        PyObject *known = get(recording, KNOWN), *verbs = get(path, VERBS), *coords = get(path, COORDS);
        PyObject *found = known ? PyDict_GetItemWithError(known, key) : NULL;
        /* A program may replace or delete the stream of a path. */
        if (known && verbs && coords && verbs->type == bytearray_class && is_array_of_floats(coords)) {
            long long version = get_int(path, CLEARED) + PyByteArray_Size(verbs);
            if (found && PyLong_AsLongLong(PyTuple_GetItem(found, 0)) == version) {
                index = PyLong_AsLongLong(PyTuple_GetItem(found, 1));
            } else {
                index = append_path(get(recording, PATHS), get(recording, ALL_VERBS),
                                    (PyArray *)get(recording, ALL_COORDS), verbs, (PyArray *)coords);
                PyTuple_SetItem(entry, 0, PyLong_FromLongLong(version));
                PyTuple_SetItem(entry, 1, PyLong_FromLongLong(index));
                Py_IncRef(path);
                PyTuple_SetItem(entry, 2, path);
                if (index >= 0 && PyDict_SetItem(known, key, entry)) PyErr_Clear();
            }
        }
    }
    Py_DecRef(key);
    Py_DecRef(entry);
    return PyErr_Clear(), index;
}

static int is_path(PyObject *const *given, Py_ssize_t count) {
    return count == 0 || (count == 1 && given[0]->type == path_class);
}

static int draw_path(PyObject *context, int kind, int paint, PyObject *const *given, Py_ssize_t count, double pen) {
    long long path = count ? index_of_path(context, given[0]) : current_path(context);
    return append_command(context, kind, paint, path, pen, 0.0, count ? PATH_IS_LOCAL : 0.0, 0.0);
}

int quick_fill(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    if (!is_path(given, count) || !is_synced(self)) return 0;
    if (count && is_beside(self, given[0], 0.0)) return 1;
    return draw_path(self, FILL_PATH, FILL, given, count, 0.0);
}

int quick_stroke(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    double m[6], width, miter_limit;
    if (!is_path(given, count) || !is_stroke_synced(self)) return 0;
    PyObject *state = get(self, STATE), *pen = get(state, STATE_PEN);
    if (!read_matrix(get(state, STATE_MATRIX), m) || !read_number(PyTuple_GetItem(pen, 0), &width)) return 0;
    /* Python refuses a pen that is too wide, as `_check_pen` says. */
    if (width * (hypot(m[0] + m[3], m[1] - m[2]) + hypot(m[0] - m[3], m[1] + m[2])) / 2 > WIDEST) return 0;
    if (count && read_number(PyTuple_GetItem(pen, 3), &miter_limit)) {
        double scale = sqrt(m[0] * m[0] + m[1] * m[1] + m[2] * m[2] + m[3] * m[3]);
        if (is_beside(self, given[0], 0.5 * width * fmax(miter_limit, LEAST_MITER_REACH) * scale)) return 1;
    }
    return draw_path(self, STROKE_PATH, STROKE, given, count, (double)get_int(self, PEN_INDEX));
}

/* -- images ---------------------------------------------------------------------------------------------------- */

/* The index of the use of a part of an image, four numbers as given, or of all of it; -1 where it is not cached. */
static long long find_use(PyObject *uses, PyObject *const *part) {
    PyObject *key = NONE;
    if (part) {
        key = PyTuple_New(4);
        for (int i = 0; key && i < 4; i++) {
            Py_IncRef(part[i]);
            PyTuple_SetItem(key, i, part[i]);
        }
    }
    PyObject *found = key ? PyDict_GetItemWithError(uses, key) : NULL;
    if (part) Py_DecRef(key);
    PyErr_Clear(); /* An array without axes is a number that has no hash. */
    return found ? PyLong_AsLongLong(found) : -1;
}

/* Whether an image that cannot change was closed, or a canvas has changed. To ask a canvas runs Python code. */
static int is_closed(PyObject *image) {
    PyObject *closed = PyObject_GetAttr(image, closed_name);
    Py_DecRef(closed);
    return closed != FALSE;
}

/* How often a side is halved before it is drawn at a scale, as `mips.halvings` says. */
static int halvings(double scale, double side) {
    if (!(scale > 0.0 && scale < 1.0)) return 0;
    int most = 0, count = (int)floor(-log2(scale) + 1e-9);
    for (int64_t last = (int64_t)side - 1; last > 0; last >>= 1) most++;
    return count < most ? count : most;
}

/* Find how often an image is halved across and down before a part of it is drawn on a target, as `_halvings` says. */
static int find_halvings(PyObject *state, PyObject *cached, const double *part, const double *target, int *halved) {
    double m[6], size[2];
    halved[0] = halved[1] = 0;
    if (PyTuple_GetItem(cached, 6) != TRUE && !PyUnicode_CompareWithASCIIString(get(state, STATE_QUALITY), "low"))
        return 1;
    if (!(part[2] > 0.0 && part[3] > 0.0) || !read_matrix(get(state, STATE_MATRIX), m)) return 0;
    for (int i = 0; i < 2; i++)
        if (!read_number(PyTuple_GetItem(cached, i + 2), &size[i])) return 0;
    if (m[0] * m[3] == m[1] * m[2]) return 1;
    halved[0] = halvings(hypot(m[0], m[1]) * (target[2] / part[2]), size[0]);
    halved[1] = halvings(hypot(m[2], m[3]) * (target[3] / part[3]), size[1]);
    return 1;
}

/* The index of the use of a part of an image from a halved copy; -1 where it is not cached. */
static long long find_halved_use(PyObject *uses, const double *part, const int *halved) {
    PyObject *source = PyTuple_New(4), *level = PyTuple_New(2), *key = PyTuple_New(2), *found = NULL;
    if (source && level && key) {
        for (int i = 0; i < 4; i++) PyTuple_SetItem(source, i, PyFloat_FromDouble(part[i]));
        for (int i = 0; i < 2; i++) PyTuple_SetItem(level, i, PyLong_FromLongLong(halved[i]));
        PyTuple_SetItem(key, 0, source);
        PyTuple_SetItem(key, 1, level);
        found = PyDict_GetItemWithError(uses, key);
    } else {
        if (source) Py_DecRef(source);
        if (level) Py_DecRef(level);
    }
    if (key) Py_DecRef(key);
    PyErr_Clear();
    return found ? PyLong_AsLongLong(found) : -1;
}

/* Append an image that the recording has, a CachedImage. */
static int draw_cached(PyObject *self, PyObject *cached, PyObject *const *given, Py_ssize_t count) {
    double v[4], part[4] = {0.0, 0.0};
    int halved[2] = {0, 0};
    if (!is_synced(self) || !read_numbers(given + count - (count == 3 ? 2 : 4), count == 3 ? 2 : 4, v)) return 0;
    for (int i = 2; i < 4; i++)
        if (!read_number(PyTuple_GetItem(cached, i), &part[i])) return 0;
    if (count == 3) v[2] = part[2], v[3] = part[3];
    if (count == 9 && !read_numbers(given + 1, 4, part)) return 0;
    PyObject *state = get(self, STATE), *smoothing = get(state, STATE_SMOOTHING);
    if (!(v[2] > 0.0 && v[3] > 0.0)) return 0;
    if (smoothing != FALSE && !find_halvings(state, cached, part, v, halved)) return 0;
    if (is_closed(PyTuple_GetItem(cached, 0))) return 0;
    PyObject *uses = PyTuple_GetItem(PyTuple_GetItem(cached, 4), smoothing == TRUE);
    long long use = halved[0] || halved[1] ? find_halved_use(uses, part, halved)
                                           : find_use(uses, count == 9 ? given + 1 : NULL);
    return append_command(self, DRAW_IMAGE, FILL, use, v[0], v[1], v[2], v[3]);
}

int quick_draw_image(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    if (count != 3 && count != 5 && count != 9) return 0;
    PyObject *key = PyLong_FromVoidPtr(given[0]);
    PyObject *cached = key ? PyDict_GetItemWithError(get(self, CACHED_IMAGES), key) : NULL;
    Py_DecRef(key);
    if (!cached) return 0;
    Py_IncRef(cached); /* Python code may begin another recording meanwhile. */
    int is_drawn = draw_cached(self, cached, given, count);
    Py_DecRef(cached);
    return is_drawn;
}

/* -- text ------------------------------------------------------------------------------------------------------ */

/* Places of a GlyphText's attributes. */
enum { TEXT_SPAN = 1, TEXT_WIDTH = 2 };
/* How texts are drawn: where their context has the end of the last one, their style, and the style's index. */
typedef struct { int last, style, paint; } Manner;
static const Manner filled = {LAST_FILLED, STATE_FILL, FILL}, stroked = {LAST_STROKED, STATE_STROKE, STROKE};

/* Append a text to the columns of `end`; 0 where these cannot grow. */
static int append_text(PyObject *end, PyObject *label, const double *corner) {
    PyObject *spans = get(end, END_SPANS), *corners = get(end, END_CORNERS), *colors = get(end, END_COLORS);
    int64_t number = get_int(end, END_NUMBER);
    if (!append_numbers(corners, corner, 2)) return 0;
    if (append_numbers(colors, &number, 1)) {
        if (append_numbers(spans, PyBytes_AsString(PyTuple_GetItem(label, TEXT_SPAN)), SPAN_NUMBERS)) {
            if (!PyList_Append(get(end, END_TEXTS), label)) return 1;
            PyErr_Clear();
            ((PyArray *)spans)->size -= SPAN_NUMBERS;
        }
        ((PyArray *)colors)->size -= 1;
    }
    ((PyArray *)corners)->size -= 2;
    return 0;
}

/* Append to a list; 0 where there is no memory. */
static int append_item(PyObject *list, PyObject *item) {
    if (item && !PyList_Append(list, item)) return 1;
    return PyErr_Clear(), 0;
}

static void drop_last(PyObject *list) { PyList_SetSlice(list, PyList_Size(list) - 1, PyList_Size(list), NULL); }

/* Record a text as a new command, whose rows and batch are given, in the columns of `end`. */
static int add_texts(PyObject *context, int paint, PyObject *end, PyObject *label, const double *corner,
                     PyObject *rows, PyObject *batch) {
    PyObject *stream = get(context, STREAM), *firsts = get(end, END_FIRSTS), *recording = get(context, RECORDING);
    PyObject *batches = get(recording, BATCHES), *first = PyLong_FromLongLong(PyList_Size(get(end, END_TEXTS)));
    Py_ssize_t before = PyByteArray_Size(stream);
    int is_added = 0;
    if (append_command(context, BATCH, paint, PyList_Size(batches), 0.0, 0.0, 0.0, 0.0)) {
        if (append_item(batches, batch)) {
            if (append_item(firsts, first)) {
                is_added = append_text(end, label, corner);
                if (!is_added) drop_last(firsts);
            }
            if (!is_added) drop_last(batches);
        }
        if (!is_added) PyByteArray_Resize(stream, before);
    }
    Py_DecRef(first);
    if (!is_added) return 0;
    put_shared(end, END_ROWS, rows);
    put_shared(context, TEXT_END, get(get(context, STATE), STATE_HIT) == NONE ? end : NONE);
    put_int(end, END_STREAM, PyByteArray_Size(stream));
    put_int(end, END_STATE_INDEX, get_int(context, STATE_INDEX));
    return 1;
}

/* Whether a text in the present state is drawn with the same masks as the last one, whose state may be another: whether
   it is only moved, and its letters do not overlap. */
static int fits(PyObject *context, const Manner *manner, PyObject *end) {
    if (get_int(end, END_STATE_INDEX) == get_int(context, STATE_INDEX)) return 1;
    PyObject *state = get(context, STATE);
    double before[6], now[6];
    if (manner == &stroked || get(end, END_OPERATOR) != get(state, STATE_OPERATOR)) return 0;
    if (!read_matrix(get(end, END_MATRIX), before) || !read_matrix(get(state, STATE_MATRIX), now)) return 0;
    return !memcmp(before, now, 4 * sizeof(double)) && isfinite(now[0] + now[1] + now[2] + now[3] + now[4] + now[5]);
}

/* Whether the next text looks like the last one drawn in this manner, whose end is given. */
static int is_like(PyObject *context, const Manner *manner, PyObject *end) {
    PyObject *state = get(context, STATE);
    if (!end || end == NONE || end != get(context, manner->last)) return 0;
    if (get(end, END_TEXT_STYLE) != get(state, STATE_TEXT) || get(end, END_FILL) != get(state, manner->style)) return 0;
    if (get(end, END_PEN) != (manner == &stroked ? get(state, STATE_PEN) : NONE)) return 0;
    if (!fits(context, manner, end)) return 0;
    PyObject *generation = PyList_GetItem(get(end, END_GENERATIONS), 0);
    if (!generation || PyLong_AsLongLong(generation) != get_int(end, END_GENERATION)) return PyErr_Clear(), 0;
    return PyList_Size(get(end, END_TEXTS)) < UNREAD_TEXTS;
}

/* Record a text like those of `end`, after other shapes or in another state. */
static int begin_texts(PyObject *context, const Manner *manner, PyObject *end, PyObject *label, const double *corner) {
    const int64_t *span = (const int64_t *)PyBytes_AsString(PyTuple_GetItem(label, TEXT_SPAN));
    int is_synced_here = manner == &stroked ? is_stroke_synced(context) : is_synced(context), is_added = 0;
    if (!is_synced_here || !is_like(context, manner, end)) return 0;
    long long count = PyList_Size(get(end, END_FIRSTS)), kept;
    PyObject *number = PyLong_FromLongLong(count), *rows = NULL, *batch = NULL;
    void *rows_class = get(end, END_ROWS)->type;
    PyObject *pen = PyLong_FromLongLong(manner == &stroked ? get_int(context, PEN_INDEX) : -1);
    PyObject *stale = get(context, STALE), *recording = get(context, RECORDING);
    /* Making objects may run the collector, and so a program's finaliser, which may draw on this context. */
    Py_IncRef(end), Py_IncRef(label);
    if (number && pen) rows = PyObject_CallFunctionObjArgs(rows_class, get(end, END_COLUMNS), number, NULL);
    if (rows) batch = PyObject_CallFunctionObjArgs(batch_class, glyphs_kind, rows, NONE, pen, NULL);
    if (!batch) PyErr_Clear();
    else if (is_like(context, manner, end) && get(context, STALE) == stale && get(context, RECORDING) == recording &&
             count == PyList_Size(get(end, END_FIRSTS))) {
        kept = get_int(recording, KEPT_BYTES) + 8 * GLYPH_NUMBERS * span[1];
        is_added = is_of_kind(get(recording, BATCHES), IS_LIST) && kept <= UNREAD_KEPT_BYTES &&
                   add_texts(context, manner->paint, end, label, corner, rows, batch);
        if (is_added) put_int(recording, KEPT_BYTES, kept);
    }
    Py_DecRef(number), Py_DecRef(pen), Py_DecRef(rows), Py_DecRef(batch), Py_DecRef(label), Py_DecRef(end);
    return is_added;
}

/* Record a text that looks like the last one, as `_is_recorded_like` does: it is appended to the last command, or after
   other shapes it is a new one. */
static int record_text(PyObject *context, const Manner *manner, PyObject *const *given, Py_ssize_t count) {
    PyObject *end = get(context, manner->last);
    double corner[2], anchor, baseline, width;
    if (count != 3 || given[0]->type != str_class || !is_like(context, manner, end)) return 0;
    if (!read_numbers(given + 1, 2, corner) || !isfinite(corner[0] + corner[1])) return 0;
    PyObject *label = PyDict_GetItemWithError(get(end, END_LABELS), given[0]);
    if (!label || !read_number(PyTuple_GetItem(label, TEXT_WIDTH), &width)) return PyErr_Clear(), 0;
    if (!read_number(get(end, END_ANCHOR), &anchor) || !read_number(get(end, END_BASELINE), &baseline)) return 0;
    corner[0] -= anchor * width;
    corner[1] += baseline;
    int is_last = end == get(context, TEXT_END) && get_int(end, END_STATE_INDEX) == get_int(context, STATE_INDEX);
    if (is_last && get_int(end, END_STREAM) == PyByteArray_Size(get(context, STREAM)))
        return append_text(end, label, corner);
    return begin_texts(context, manner, end, label, corner);
}

int quick_fill_text(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    return record_text(self, &filled, given, count);
}

int quick_stroke_text(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    return record_text(self, &stroked, given, count);
}

/* -- styles ---------------------------------------------------------------------------------------------------- */

/* Set a style to a colour, and its index to that of a paint that is appended to the recording. Before a recording is
   begun there are no paints: then the colour is looked up when something is drawn. The index of a text is cached. */
static int take_color(PyObject *context, PyObject *rgba, PyObject *text, int style, int index) {
    PyObject *paints = get(context, PAINTS), *colors = get(context, COLORS);
    int is_recorded = is_of_kind(paints, IS_LIST);
    PyObject *place = PyLong_FromLongLong(is_recorded ? PyList_Size(paints) : -1);
    if (!place || (is_recorded && PyList_Append(paints, rgba))) return Py_DecRef(place), 0;
    if (is_recorded && text && PyDict_Size(colors) < MAX_CACHED_COLORS && PyDict_SetItem(colors, text, place))
        PyErr_Clear();
    put(context, index, place);
    if (!is_recorded) put_shared(context, STALE, TRUE);
    /* This comes last: to release the style before may run Python code. */
    put_shared(get(context, STATE), style, rgba);
    return 1;
}

/* Take a colour of three or four numbers 0 to 1. */
static int take_numbers(PyObject *context, PyObject *given, int style, int index) {
    Py_ssize_t size = PyTuple_Size(given);
    if (size != 3 && size != 4) return 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *each = PyTuple_GetItem(given, i);
        double value;
        if (!is_plain(each) || !read_number(each, &value) || value < 0.0 || value > 1.0) return 0;
    }
    if (size == 4) return take_color(context, given, NULL, style, index);
    PyObject *rgba = PyTuple_New(4);
    if (!rgba) return 0;
    for (Py_ssize_t i = 0; i < 3; i++) {
        PyObject *each = PyTuple_GetItem(given, i);
        Py_IncRef(each);
        PyTuple_SetItem(rgba, i, each);
    }
    PyTuple_SetItem(rgba, 3, PyFloat_FromDouble(1.0));
    int is_taken = take_color(context, rgba, NULL, style, index);
    Py_DecRef(rgba);
    return is_taken;
}

/* Take a colour's text: one whose paint the recording has, or one that was read before. */
static int take_text(PyObject *context, PyObject *given, int style, int index) {
    PyObject *paints = get(context, PAINTS), *rgba;
    PyObject *place = is_of_kind(paints, IS_LIST) ? PyDict_GetItemWithError(get(context, COLORS), given) : NULL;
    if (place) {
        rgba = PyList_GetItem(paints, PyLong_AsLongLong(place));
        if (!rgba) return PyErr_Clear(), 0;
        put_shared(context, index, place);
        put_shared(get(context, STATE), style, rgba);
        return 1;
    }
    rgba = PyDict_GetItemWithError(known_colors, given);
    return rgba && take_color(context, rgba, given, style, index);
}

static int take_style(PyObject *context, PyObject *given, int style, int index) {
    if (given->type == tuple_class) return take_numbers(context, given, style, index);
    return given->type == str_class && take_text(context, given, style, index);
}

int quick_fill_style(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    return count == 1 && take_style(self, given[0], STATE_FILL, FILL);
}

int quick_stroke_style(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    return count == 1 && take_style(self, given[0], STATE_STROKE, STROKE);
}
