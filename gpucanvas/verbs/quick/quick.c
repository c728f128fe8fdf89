/* The list of quick verbs, and how Python makes them methods of its contexts.

     ctx.fill_rect(1, 2, 3, 4) --quick_fill_rect--> a command in the stream                 the frequent case, in C
                               --it returns 0--> the verb in Python, with the same arguments    everything else

   A quick verb does all or nothing: where it returns 0 it has changed nothing that the verb in Python does not do
   again. So the verbs in Python alone say what a verb means, and raise its errors. An exception that is set when it
   returns 0 is raised: there is no memory, or the program was interrupted while an image was asked whether it changed.

   What a slot refers to is borrowed, and used only until Python code may run, which may change any slot. It may run
   where an object that a program made is compared or released and, in Python 3.11, where a tuple or a State is made:
   garbage is collected there. */

#include "fields.h"

/* Each verb, and whether it returns the context. The properties are quick where they are set. */
#define VERBS_IN_C(X)                                                                                                  \
    X(fill_rect, 0) X(stroke_rect, 0) X(clear_rect, 0) X(fill, 0) X(stroke, 0) X(draw_image, 0) X(fill_text, 0)        \
    X(stroke_text, 0) X(fill_style, 0) X(stroke_style, 0) X(global_alpha, 0) X(line_width, 0) X(save, 1) X(restore, 0) \
    X(translate, 0) X(rotate, 0) X(scale, 0) X(set_transform, 0) X(begin_path, 0) X(close_path, 0) X(move_to, 0)       \
    X(line_to, 0) X(quadratic_curve_to, 0) X(bezier_curve_to, 0) X(rect, 0) X(arc, 0) X(round_rect, 0)

enum {
#define X(verb, returns_context) VERB_##verb,
    VERBS_IN_C(X)
#undef X
    VERB_COUNT
};

#define X(name) int name;
INTEGERS(X)
#undef X
#define X(name) double name;
NUMBERS(X)
#undef X

Py_ssize_t at[FIELD_COUNT];
void *context_class, *state_class, *path_class;
void *float_class, *int_class, *tuple_class, *str_class, *bytearray_class;
void *array_class;
const void *description_of_floats;
PyObject *array_frombytes, *new_tuple, *known_colors, *batch_class, *glyphs_kind, *closed_name;

#define X(verb, returns_context) HIDDEN int quick_##verb(PyObject *self, PyObject *const *given, Py_ssize_t count);
VERBS_IN_C(X)
#undef X

/* -- a verb, as Python has it in a class ----------------------------------------------------------------------- */

typedef int (*Quick)(PyObject *, PyObject *const *, Py_ssize_t);
typedef struct Verb {
    PyObject head;
    PyObject *(*call)(PyObject *, PyObject *const *, size_t, PyObject *);
    PyObject *attributes; /* What `functools.update_wrapper` copies from the verb in Python: names, types, docstring. */
    PyObject *in_python;
    Quick quick;
    int returns_context;
} Verb;

static void *method_class;

/* Call the verb in Python with the same arguments. */
static PyObject *in_full(PyObject *verb, PyObject *const *given, Py_ssize_t count, PyObject *keywords) {
    Py_ssize_t named = keywords ? PyTuple_Size(keywords) : 0;
    PyObject *arguments = PyTuple_New(count), *by_name = named ? PyDict_New() : NULL, *result = NULL;
    if (!arguments || (named && !by_name)) goto end;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_IncRef(given[i]);
        PyTuple_SetItem(arguments, i, given[i]);
    }
    for (Py_ssize_t i = 0; i < named; i++)
        if (PyDict_SetItem(by_name, PyTuple_GetItem(keywords, i), given[count + i])) goto end;
    result = PyObject_Call(verb, arguments, by_name);
end:
    Py_DecRef(arguments);
    Py_DecRef(by_name);
    return result;
}

static PyObject *call_verb(PyObject *called, PyObject *const *given, size_t flags, PyObject *keywords) {
    const Verb *verb = (Verb *)called;
    Py_ssize_t count = (Py_ssize_t)(flags & ~ARGUMENTS_OFFSET);
    PyObject *context = count ? given[0] : NULL;
    int is_context = context && (context->type == context_class || PyType_IsSubtype(context->type, context_class));
    /* The slots of a context are empty until `Indices.__init__` has run, which fills `_stale` last. */
    int is_quick = is_context && !keywords && get(context, STALE);
    if (!is_quick || !verb->quick(context, given + 1, count - 1))
        return PyErr_Occurred() ? NULL : in_full(verb->in_python, given, count, keywords);
    PyObject *result = verb->returns_context ? context : NONE;
    Py_IncRef(result);
    return result;
}

static PyObject *call_by_tuple(PyObject *called, PyObject *arguments, PyObject *by_name) {
    return PyObject_Call(((Verb *)called)->in_python, arguments, by_name);
}

static PyObject *bind_verb(PyObject *verb, PyObject *context, PyObject *kind) {
    (void)kind;
    if (context && context != NONE) return PyObject_CallFunctionObjArgs(method_class, verb, context, NULL);
    Py_IncRef(verb);
    return verb;
}

static PyObject *verb_repr(PyObject *verb) { return PyObject_Repr(((Verb *)verb)->in_python); }

static PyMemberDef verb_members[] = {
    {"__vectorcalloffset__", MEMBER_SIZE, offsetof(Verb, call), MEMBER_READ_ONLY, NULL},
    {"__dictoffset__", MEMBER_SIZE, offsetof(Verb, attributes), MEMBER_READ_ONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot verb_slots[] = {
    {SLOT_CALL, call_by_tuple},
    {SLOT_DESCR_GET, bind_verb},
    {SLOT_REPR, verb_repr},
    {SLOT_MEMBERS, verb_members},
    {0, NULL},
};
static PyType_Spec verb_spec = {
    "gpucanvas.verbs.quick.Verb", sizeof(Verb), 0, TYPE_DEFAULT | TYPE_HAS_VECTORCALL | TYPE_IS_METHOD, verb_slots,
};

/* -- what Python calls ----------------------------------------------------------------------------------------- */

static const char *const field_names[] = {
#define X(field, name) name,
    FIELDS(X)
#undef X
};

#define X(name) #name,
static const char *const integer_names[] = {INTEGERS(X)}, *const float_names[] = {NUMBERS(X)};
#undef X

#define X(name) &name,
static int *const integers[] = {INTEGERS(X)};
static double *const floats[] = {NUMBERS(X)};
#undef X

static void **const classes[] = {&context_class, &state_class, &path_class,      &float_class, &int_class,
                                 &tuple_class,   &str_class,   &bytearray_class, &method_class};
static PyObject **const objects[] = {&array_frombytes, &new_tuple, &known_colors, &batch_class, &glyphs_kind};

#define X(verb, returns_context) {#verb, quick_##verb, returns_context},
static const struct { const char *name; Quick quick; int returns_context; } verbs[] = {VERBS_IN_C(X)};
#undef X

#define COUNT(array) ((Py_ssize_t)(sizeof array / sizeof array[0]))

static PyObject *names(const char *const *list, Py_ssize_t count) {
    PyObject *made = PyTuple_New(count);
    for (Py_ssize_t i = 0; made && i < count; i++) PyTuple_SetItem(made, i, PyUnicode_FromString(list[i]));
    return made;
}

PyObject *quick_names(PyObject *module, PyObject *arguments) {
    (void)module, (void)arguments;
    const char *verb_names[VERB_COUNT];
    for (int i = 0; i < VERB_COUNT; i++) verb_names[i] = verbs[i].name;
    PyObject *all = PyTuple_New(4);
    PyObject *each[] = {names(field_names, FIELD_COUNT), names(integer_names, COUNT(integer_names)),
                        names(float_names, COUNT(float_names)), names(verb_names, VERB_COUNT)};
    for (int i = 0; all && i < 4; i++) PyTuple_SetItem(all, i, each[i]);
    return PyErr_Occurred() ? NULL : all;
}

PyObject *offset_of(PyObject *module, PyObject *arguments) {
    (void)module;
    if (PyTuple_Size(arguments) != 3) return PyErr_Format(PyExc_TypeError, "offset_of takes 3 arguments");
    PyObject *object = PyTuple_GetItem(arguments, 0), *mark = PyTuple_GetItem(arguments, 2);
    Py_ssize_t size = (Py_ssize_t)PyLong_AsLongLong(PyTuple_GetItem(arguments, 1)), step = sizeof(PyObject *);
    if (PyErr_Occurred()) return NULL;
    for (Py_ssize_t offset = sizeof(PyObject); offset + step <= size; offset += step)
        if (*(PyObject **)((char *)object + offset) == mark) return PyLong_FromLongLong(offset);
    return PyErr_Format(PyExc_RuntimeError, "offset_of: no slot of the object refers to the mark");
}

/* Whether arrays of floats have the fields that we know: those of array('d', [1.0, 2.0]), of which there is a view. */
static int is_known_array(PyObject *given, long long size) {
    const PyArray *array = (PyArray *)given;
    if (size != (long long)sizeof(PyArray) || array->size != 2 || array->allocated < 2 || array->exports != 1) return 0;
    return ((double *)array->items)[0] == 1.0 && ((double *)array->items)[1] == 2.0;
}

PyObject *quicken(PyObject *module, PyObject *arguments) {
    (void)module;
    const Py_ssize_t sizes[] = {FIELD_COUNT,    COUNT(integers), COUNT(floats), VERB_COUNT,
                                COUNT(classes), COUNT(objects),  2};
    PyObject *given[COUNT(sizes)];
    if (PyTuple_Size(arguments) != COUNT(sizes)) return PyErr_Format(PyExc_TypeError, "quicken takes 7 tuples");
    for (int i = 0; i < COUNT(sizes); i++) {
        given[i] = PyTuple_GetItem(arguments, i);
        if (PyTuple_Size(given[i]) != sizes[i])
            return PyErr_Format(PyExc_TypeError, "quicken: tuple %d must have %zd items", i + 1, sizes[i]);
    }
    if (!is_known_array(PyTuple_GetItem(given[6], 0), PyLong_AsLongLong(PyTuple_GetItem(given[6], 1))))
        return Py_IncRef(NONE), NONE;
    /* The library keeps all of these for good, as it keeps its kernels. */
    Py_IncRef(arguments);
    for (int i = 0; i < FIELD_COUNT; i++) at[i] = (Py_ssize_t)PyLong_AsLongLong(PyTuple_GetItem(given[0], i));
    for (int i = 0; i < COUNT(integers); i++) *integers[i] = (int)PyLong_AsLongLong(PyTuple_GetItem(given[1], i));
    for (int i = 0; i < COUNT(floats); i++) *floats[i] = PyFloat_AsDouble(PyTuple_GetItem(given[2], i));
    for (int i = 0; i < COUNT(classes); i++) *classes[i] = PyTuple_GetItem(given[4], i);
    for (int i = 0; i < COUNT(objects); i++) *objects[i] = PyTuple_GetItem(given[5], i);
    const PyArray *example = (PyArray *)PyTuple_GetItem(given[6], 0);
    array_class = example->head.type, description_of_floats = example->description;
    closed_name = PyUnicode_FromString("_closed");
    void *verb_class = PyType_FromSpec(&verb_spec);
    PyObject *made = PyTuple_New(VERB_COUNT);
    for (int i = 0; verb_class && made && !PyErr_Occurred() && i < VERB_COUNT; i++) {
        Verb *verb = (Verb *)PyType_GenericAlloc(verb_class, 0);
        if (!verb) break;
        verb->call = call_verb;
        verb->attributes = PyDict_New();
        verb->in_python = PyTuple_GetItem(given[3], i);
        verb->quick = verbs[i].quick;
        verb->returns_context = verbs[i].returns_context;
        PyTuple_SetItem(made, i, (PyObject *)verb);
    }
    return PyErr_Occurred() ? NULL : made;
}
