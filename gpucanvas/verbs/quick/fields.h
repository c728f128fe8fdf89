/* What all quick verbs share: the slots of Python's objects that they read and write, numbers, and streams.

   An object of a class with `__slots__` keeps a pointer for each slot. `at` holds where in the object that is; Python
   finds it out (`__init__.py`) before any verb runs. An empty slot is NULL. */

#ifndef GPUCANVAS_FIELDS_H
#define GPUCANVAS_FIELDS_H

#include "python.h"
#include "quick.h"

#define FIELDS(X)                                                                                                      \
    X(STALE, "Indices._stale") X(RECORDING, "Indices._recording") X(STREAM, "Indices._stream")                         \
    X(STATE, "Indices._state") X(STATE_INDEX, "Indices._state_index") X(STATE_REST, "Indices._state_rest")             \
    X(SHIFTED_STATE, "Indices._shifted_state") X(IS_INDIRECT, "Indices._is_indirect")                                  \
    X(UNREAD_LIMIT, "Indices._unread_limit") X(FILL, "Indices._fill") X(STROKE, "Indices._stroke")                     \
    X(PEN_INDEX, "Indices._pen_index") X(PAINTS, "Indices._paints") X(COLORS, "Indices._colors")                       \
    X(CACHED_IMAGES, "Indices._cached_images") X(PATH, "Indices._path") X(PATH_INDEX, "Indices._path_index")           \
    X(PATH_VERSION, "Indices._path_version") X(PATH_TABLES, "Indices._path_tables")                                    \
    X(STATE_MATRIX, "State.matrix") X(STATE_ALPHA, "State.alpha") X(STATE_OPERATOR, "State.operator")                  \
    X(STATE_CLIP, "State.clip") X(STATE_FILL, "State.fill") X(STATE_STROKE, "State.stroke") X(STATE_PEN, "State.pen")  \
    X(STATE_SHADOW, "State.shadow") X(STATE_TEXT, "State.text") X(STATE_LAYER, "State.layer")                          \
    X(STATE_FILTER, "State.filter") X(STATE_HIT, "State.hit") X(STATE_SMOOTHING, "State.smoothing")                    \
    X(STATE_QUALITY, "State.smoothing_quality") X(STATE_BELOW, "State.below")                                          \
    X(STATES, "Commands.states") X(KNOWN, "Commands._known") X(PENS, "Commands.pens")                                  \
    X(PEN_NUMBERS, "Commands.pen_numbers") X(BATCHES, "Commands.batches") X(KEPT_BYTES, "Commands.kept_bytes")         \
    X(VERBS, "StreamWriter.verbs") X(COORDS, "StreamWriter.coords") X(MATRIX, "StreamWriter.matrix")                   \
    X(IS_OPEN, "StreamWriter._open") X(RESTART, "StreamWriter._restart") X(MOVE_INDEX, "StreamWriter._move_index")     \
    X(CLEARED, "StreamWriter._cleared") X(FILL_FORM, "StreamWriter.fill_form")                                         \
    X(STROKE_FORM, "StreamWriter.stroke_form") X(TEXT_END, "Indices._text_end")                                        \
    X(LAST_FILLED, "Indices._last_filled") X(LAST_STROKED, "Indices._last_stroked") X(END_ROWS, "TextEnd.rows")        \
    X(END_STATE_INDEX, "TextEnd.state_index") X(END_STREAM, "TextEnd.stream_end") X(END_PEN, "TextEnd.pen")            \
    X(END_TEXT_STYLE, "TextEnd.text_style") X(END_FILL, "TextEnd.fill") X(END_MATRIX, "TextEnd.matrix")                \
    X(END_OPERATOR, "TextEnd.operator") X(END_GENERATION, "TextEnd.generation")                                        \
    X(END_GENERATIONS, "TextEnd.generations") X(END_LABELS, "TextEnd.labels") X(END_ANCHOR, "TextEnd.anchor")          \
    X(END_BASELINE, "TextEnd.baseline") X(END_NUMBER, "TextEnd.number") X(END_COLUMNS, "TextEnd.columns")              \
    X(END_FIRSTS, "TextEnd.firsts") X(END_TEXTS, "TextEnd.texts") X(END_SPANS, "TextEnd.spans")                        \
    X(END_CORNERS, "TextEnd.corners") X(END_COLORS, "TextEnd.colors") X(KEEPS_COLORS, "Indices._keeps_colors")         \
    X(SEEN_SIZE, "Indices._seen_size") X(BOX, "StreamWriter._box") X(PATHS, "Commands.paths")                          \
    X(ALL_VERBS, "Commands.verbs") X(ALL_COORDS, "Commands.coords")

enum {
#define X(field, name) field,
    FIELDS(X)
#undef X
    FIELD_COUNT
};

/* Constants of Python's modules, by the names that they have there. */
#define INTEGERS(X)                                                                                                    \
    X(FILL_RECT) X(STROKE_RECT) X(CLEAR_RECT) X(FILL_PATH) X(STROKE_PATH) X(DRAW_IMAGE) X(BATCH) X(COMMAND_BYTES)      \
    X(STATE_BYTES) X(PATH_BYTES) X(STATE_SHIFT) X(TRANSFORM_CHANGED) X(MAX_CACHED_COLORS) X(UNREAD_COORDS)             \
    X(UNREAD_TEXTS) X(UNREAD_KEPT_BYTES) X(SPAN_NUMBERS) X(GLYPH_NUMBERS) X(PATH_KEY) X(MOVE) X(LINE) X(QUAD)          \
    X(CUBIC) X(CLOSE) X(ARC)
#define NUMBERS(X)                                                                                                     \
    X(PATH_IS_LOCAL) X(WIDEST) X(QUARTER_ERROR) X(MOST_QUARTER_ERROR) X(FAR_ANGLE) X(TWO_PI) X(BESIDE)                 \
    X(LEAST_MITER_REACH) X(MOST_RADIUS)

#define X(name) extern HIDDEN int name;
INTEGERS(X)
#undef X
#define X(name) extern HIDDEN double name;
NUMBERS(X)
#undef X

extern HIDDEN Py_ssize_t at[FIELD_COUNT];
/* Context2D, State and Path2D, and classes of Python's. */
extern HIDDEN void *context_class, *state_class, *path_class;
extern HIDDEN void *float_class, *int_class, *tuple_class, *str_class, *bytearray_class;
/* array.frombytes and tuple.__new__; the colours whose texts were read before (`color.KNOWN`); the class of batches and
   the kind of those of texts; the name "_closed". */
extern HIDDEN PyObject *array_frombytes, *new_tuple, *known_colors, *batch_class, *glyphs_kind, *closed_name;

#define NONE (&_Py_NoneStruct)
#define TRUE ((PyObject *)&_Py_TrueStruct)
#define FALSE ((PyObject *)&_Py_FalseStruct)

/* What a slot refers to, without a reference of its own; NULL where the slot is empty. */
static inline PyObject *get(PyObject *object, int field) { return *(PyObject **)((char *)object + at[field]); }

/* Put a new reference into a slot, which keeps it. */
static inline void put(PyObject *object, int field, PyObject *value) {
    PyObject **slot = (PyObject **)((char *)object + at[field]), *before = *slot;
    *slot = value;
    Py_DecRef(before);
}

static inline void put_shared(PyObject *object, int field, PyObject *value) {
    Py_IncRef(value);
    put(object, field, value);
}

/* Put an integer into a slot; 0 where there is no memory for it. */
static inline int put_int(PyObject *object, int field, long long value) {
    PyObject *made = PyLong_FromLongLong(value);
    if (!made) return PyErr_Clear(), 0;
    put(object, field, made);
    return 1;
}

/* The integer in a slot; the least there is where it is something else. */
static inline long long get_int(PyObject *object, int field) {
    PyObject *found = get(object, field);
    return found && found->type == int_class ? PyLong_AsLongLong(found) : INT64_MIN;
}

static inline int is_of_kind(PyObject *object, unsigned long kind) {
    return object && PyType_GetFlags(object->type) & kind;
}

/* Whether an object is a float or an int and of no subclass: to hash it and compare it runs no Python code. */
static inline int is_plain(PyObject *given) { return given->type == float_class || given->type == int_class; }

/* A finite number of a call: a float, one of a subclass such as NumPy's float64, or an int. 0 for anything else. */
static inline int read_number(PyObject *given, double *number) {
    if (!is_plain(given) && !PyType_IsSubtype(given->type, float_class)) return 0;
    *number = PyFloat_AsDouble(given);
    if (*number == -1.0 && PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    return isfinite(*number);
}

static inline int read_numbers(PyObject *const *given, int count, double *numbers) {
    for (int i = 0; i < count; i++)
        if (!read_number(given[i], &numbers[i])) return 0;
    return 1;
}

/* The six numbers of a transform, a tuple of floats. */
static inline int read_matrix(PyObject *given, double *m) {
    if (!is_of_kind(given, IS_TUPLE) || PyTuple_Size(given) != 6) return 0;
    for (int i = 0; i < 6; i++)
        if (!read_number(PyTuple_GetItem(given, i), &m[i])) return 0;
    return 1;
}

/* Append bytes to a bytearray; 0 where it has a view, and so cannot grow, or there is no memory. */
static inline int append(PyObject *stream, const void *bytes, Py_ssize_t count) {
    Py_ssize_t size = PyByteArray_Size(stream);
    if (PyByteArray_Resize(stream, size + count)) {
        PyErr_Clear();
        return 0;
    }
    memcpy(PyByteArray_AsString(stream) + size, bytes, (size_t)count);
    return 1;
}

/* Python's array object as it has been since Python 2.7. It is another one in later versions than 3.14: `quicken` looks
   which it is, and contexts keep their verbs in Python where it is not this one. */
typedef struct {
    PyObject head;
    Py_ssize_t size;
    char *items;
    Py_ssize_t allocated;
    const void *description;
    PyObject *weak_references;
    Py_ssize_t exports; /* How many views there are: it must not be resized while there is one. */
} PyArray;

/* The class of arrays, and what all arrays of floats share. */
extern HIDDEN void *array_class;
extern HIDDEN const void *description_of_floats;

static inline int is_array_of_floats(PyObject *given) {
    return given->type == array_class && ((PyArray *)given)->description == description_of_floats;
}

/* Append to an array of floats or int64; 0 where it has a view, and so cannot grow, or there is no memory. */
static inline int append_numbers(PyObject *grown, const void *numbers, Py_ssize_t count) {
    PyArray *array = (PyArray *)grown;
    if (array->size + count <= array->allocated && !array->exports) {
        if (count) memcpy(array->items + 8 * array->size, numbers, 8 * (size_t)count);
        array->size += count;
        return 1;
    }
    PyObject *given = PyBytes_FromStringAndSize(numbers, 8 * count);
    PyObject *done = given ? PyObject_CallFunctionObjArgs(array_frombytes, grown, given, NULL) : NULL;
    Py_DecRef(given);
    Py_DecRef(done);
    if (!done) PyErr_Clear();
    return done != NULL;
}

/* Whether the indices of state and fill style are current; makes them so in the frequent cases. */
HIDDEN int is_synced(PyObject *context);
/* The same for the stroke style and the pen. */
HIDDEN int is_stroke_synced(PyObject *context);
/* Whether a Path2D, grown by a reach in pixels, is known to lie beside the picture, so that it need not be recorded. */
HIDDEN int is_beside(PyObject *context, PyObject *path, double reach);
#endif
