/* Calls compiled kernels from Python: one caller for all kernels, driven by a table, without code for a single kernel.

     Python arguments --read_argument, by the kernel's program--> slots --kernel--> slots --make_result--> Python

   A kernel is `int32_t kernel(int64_t *slots)`: an array takes slots for its address, shape and strides, a tuple for
   its items, and the kernel writes its result to slots[0...]. `kernels_table.h`, written by the build, holds the
   programs.

   NumPy's array object is declared below, so that none of its headers is needed: the offsets of its fields have not
   changed since NumPy 1.7. */

#include "python.h"
#include "quick.h"

/* NumPy's array object. */
typedef struct {
    PyObject head;
    char *data;
    int ndim;
    Py_ssize_t *shape, *strides;
    PyObject *base, *dtype;
    int flags;
} Array;
enum { C_CONTIGUOUS = 0x0001, ALIGNED = 0x0100, WRITEABLE = 0x0400 };

/* -- the table ------------------------------------------------------------------------------------------------- */

/* A program is a sequence of these codes, each followed by its operands: ARRAY dtype ndim contiguous writes;
   INT bits signed; FLOAT bits; BOOL; TUPLE length items; NONE. */
enum { ARRAY, INT, FLOAT, BOOL, TUPLE, NONE };
typedef int32_t (*Kernel)(int64_t *);
typedef struct {
    const char *name;
    const int16_t *arguments, *result;
    int argument_count;
    Kernel levels[LEVELS];
} Entry;
#include "kernels_table.h" /* MAX_SLOTS, ENTRY_COUNT, DTYPE_COUNT, DIGEST, ABOUT and `entries` */

static void *array_type, *float_type, *float32_type;
static PyObject *dtypes[DTYPE_COUNT];
static PyObject *same_dtypes[DTYPE_COUNT]; /* The last object that compared equal: comparing dtypes is slow. */
static int level;

/* Two functions that numba's code calls by these names. The C library's frexp differs for infinities and NaN. */
HIDDEN double numba_frexp(double x, int *exponent) {
    if (isfinite(x) && x != 0.0) return frexp(x, exponent);
    *exponent = 0;
    return x;
}
HIDDEN double numba_ldexp(double x, int exponent) { return ldexp(x, exponent); }

/* -- arguments and results ------------------------------------------------------------------------------------- */

static int is_dtype(PyObject *dtype, int index) {
    if (dtype == dtypes[index] || dtype == same_dtypes[index]) return 1;
    int equal = PyObject_RichCompareBool(dtype, dtypes[index], EQUAL);
    if (equal == 1) {
        PyObject *before = same_dtypes[index];
        Py_IncRef(dtype);
        same_dtypes[index] = dtype;
        if (before) Py_DecRef(before);
    }
    return equal;
}

/* Returns, like read_argument, 1 for success, 0 for an argument that does not fit the program, -1 for an exception. */
static int read_array(PyObject *given, const int16_t *program, int64_t **slot) {
    if (given->type != array_type && !PyType_IsSubtype(given->type, array_type)) return 0;
    Array *array = (Array *)given;
    int ndim = program[1], flags = array->flags;
    if (array->ndim != ndim || !(flags & ALIGNED)) return 0;
    if ((program[2] && !(flags & C_CONTIGUOUS)) || (program[3] && !(flags & WRITEABLE))) return 0;
    int same = is_dtype(array->dtype, program[0]);
    if (same != 1) return same;
    int64_t *s = *slot;
    *s++ = (int64_t)(intptr_t)array->data;
    for (int i = 0; i < ndim; i++) *s++ = array->shape[i];
    for (int i = 0; i < ndim; i++) *s++ = array->strides[i];
    *slot = s;
    return 1;
}

static int read_int(PyObject *given, int is_signed, int64_t *slot) {
    PyObject *number = given;
    if (!(PyType_GetFlags(given->type) & IS_LONG)) {
        if (given->type == float_type || given->type == float32_type) return 0;
        number = PyNumber_Index(given);
        if (!number) return -1;
    }
    *slot = is_signed ? PyLong_AsLongLong(number) : (int64_t)PyLong_AsUnsignedLongLong(number);
    if (number != given) Py_DecRef(number);
    return *slot == -1 && PyErr_Occurred() ? -1 : 1;
}

/* An int is accepted for a float64, as in Python. Only a numpy.float32 is one: its arithmetic rounds otherwise. */
static int read_float(PyObject *given, int bits, int64_t *slot) {
    if (bits == 32 ? given->type != float32_type : given->type == float32_type) return 0;
    double value = PyFloat_AsDouble(given);
    if (value == -1.0 && PyErr_Occurred()) return -1;
    memcpy(slot, &value, sizeof value);
    return 1;
}

static int read_argument(PyObject *given, const int16_t **program, int64_t **slot) {
    const int16_t *p = *program;
    int read = 1;
    switch (*p++) {
    case ARRAY:
        read = read_array(given, p, slot);
        p += 4;
        break;
    case INT:
        read = read_int(given, p[1], (*slot)++);
        p += 2;
        break;
    case FLOAT:
        read = read_float(given, *p++, (*slot)++);
        break;
    case BOOL: {
        int truth = PyObject_IsTrue(given);
        *(*slot)++ = truth;
        read = truth < 0 ? -1 : 1;
        break;
    }
    case TUPLE: {
        int length = *p++;
        if (!(PyType_GetFlags(given->type) & IS_TUPLE) || PyTuple_Size(given) != length) return 0;
        for (int i = 0; i < length && read == 1; i++) read = read_argument(PyTuple_GetItem(given, i), &p, slot);
        break;
    }
    case NONE:
        read = given == &_Py_NoneStruct;
        break;
    }
    *program = p;
    return read;
}

static PyObject *make_result(const int16_t **program, int64_t **slot) {
    const int16_t *p = *program;
    PyObject *result = NULL;
    switch (*p++) {
    case INT:
        result = p[1] ? PyLong_FromLongLong(*(*slot)++) : PyLong_FromUnsignedLongLong((uint64_t)*(*slot)++);
        p += 2;
        break;
    case FLOAT: {
        double value;
        memcpy(&value, (*slot)++, sizeof value);
        p++;
        result = PyFloat_FromDouble(value);
        break;
    }
    case BOOL:
        result = PyBool_FromLong(*(*slot)++ != 0);
        break;
    case TUPLE: {
        int length = *p++;
        result = PyTuple_New(length);
        for (int i = 0; result && i < length; i++) {
            PyObject *item = make_result(&p, slot);
            if (!item || PyTuple_SetItem(result, i, item)) {
                Py_DecRef(result);
                result = NULL;
            }
        }
        break;
    }
    default:
        Py_IncRef(&_Py_NoneStruct);
        result = &_Py_NoneStruct;
    }
    *program = p;
    return result;
}

/* -- calls ----------------------------------------------------------------------------------------------------- */

static PyObject *refuse(const Entry *entry, Py_ssize_t index, int read) {
    if (read < 0) return NULL;
    return PyErr_Format(PyExc_TypeError, "kernel %s: argument %zd is not of the kind it was compiled for",
                        entry->name, index + 1);
}

static PyObject *call(PyObject *self, PyObject *const *given, Py_ssize_t count, int releases) {
    const Entry *entry = PyCapsule_GetPointer(self, NULL);
    if (count != entry->argument_count)
        return PyErr_Format(PyExc_TypeError, "kernel %s takes %d arguments, not %zd", entry->name,
                            entry->argument_count, count);
    int64_t slots[MAX_SLOTS], *slot = slots;
    const int16_t *program = entry->arguments;
    for (Py_ssize_t i = 0; i < count; i++) {
        int read = read_argument(given[i], &program, &slot);
        if (read != 1) return refuse(entry, i, read);
    }
    int32_t status;
    if (releases) {
        void *thread = PyEval_SaveThread();
        status = entry->levels[level](slots);
        PyEval_RestoreThread(thread);
    } else {
        status = entry->levels[level](slots);
    }
    if (status) return PyErr_Format(PyExc_RuntimeError, "kernel %s failed with status %d", entry->name, status);
    slot = slots;
    program = entry->result;
    return make_result(&program, &slot);
}

static PyObject *call_releasing(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    return call(self, given, count, 1);
}

static PyObject *call_holding(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    return call(self, given, count, 0);
}

/* -- the processor --------------------------------------------------------------------------------------------- */

#if defined(__x86_64__)
static void cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4]) {
    __asm__ volatile("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(subleaf));
}

/* Returns the highest level of the x86-64 psABI, up to 3, that the processor and the operating system support. */
static int processor_level(void) {
    uint32_t r[4], ecx1, ebx7, ecx_extended;
    cpuid(0, 0, r);
    uint32_t leaves = r[0];
    cpuid(1, 0, r);
    ecx1 = r[2];
    cpuid(0x80000001u, 0, r);
    ecx_extended = r[2];
    ebx7 = 0;
    if (leaves >= 7) {
        cpuid(7, 0, r);
        ebx7 = r[1];
    }
    /* SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT; LAHF. */
    const uint32_t v2 = 1u | 1u << 9 | 1u << 13 | 1u << 19 | 1u << 20 | 1u << 23;
    if ((ecx1 & v2) != v2 || !(ecx_extended & 1u)) return 1;
    /* FMA, MOVBE, OSXSAVE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT. */
    const uint32_t v3 = 1u << 12 | 1u << 22 | 1u << 27 | 1u << 28 | 1u << 29, v3_7 = 1u << 3 | 1u << 5 | 1u << 8;
    if ((ecx1 & v3) != v3 || (ebx7 & v3_7) != v3_7 || !(ecx_extended & 1u << 5)) return 2;
    /* Whether the operating system saves the registers of AVX. */
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6u) == 6u ? 3 : 2;
}
#else
static int processor_level(void) { return 0; }
#endif

/* -- the module ------------------------------------------------------------------------------------------------ */

static PyMethodDef releasing[ENTRY_COUNT], holding[ENTRY_COUNT];

static int add_function(PyObject *functions, PyMethodDef *method, const Entry *entry, void *function) {
    method->name = entry->name;
    method->call = (PyCFunction)function;
    method->flags = METH_FASTCALL;
    PyObject *capsule = PyCapsule_New((void *)entry, NULL, NULL);
    PyObject *made = capsule ? PyCFunction_NewEx(method, capsule, NULL) : NULL;
    if (capsule) Py_DecRef(capsule);
    int failed = !made || PyDict_SetItemString(functions, entry->name, made);
    if (made) Py_DecRef(made);
    return failed;
}

/* bind(level index, numpy.ndarray, float, numpy.float32, dtypes): dicts of kernels, releasing and holding the GIL. */
static PyObject *bind(PyObject *module, PyObject *arguments) {
    (void)module;
    if (PyTuple_Size(arguments) != 5) return PyErr_Format(PyExc_TypeError, "bind takes 5 arguments");
    long long index = PyLong_AsLongLong(PyTuple_GetItem(arguments, 0));
    PyObject *given = PyTuple_GetItem(arguments, 4);
    if (PyErr_Occurred()) return NULL;
    if (index < 0 || index >= LEVELS || PyTuple_Size(given) != DTYPE_COUNT)
        return PyErr_Format(PyExc_TypeError, "bind: level %d of %d, %zd dtypes of %d", (int)index, LEVELS,
                            PyTuple_Size(given), DTYPE_COUNT);
    level = (int)index;
    void **types[] = {&array_type, &float_type, &float32_type};
    for (int i = 0; i < 3; i++) {
        *types[i] = PyTuple_GetItem(arguments, i + 1);
        Py_IncRef((PyObject *)*types[i]);
    }
    for (int i = 0; i < DTYPE_COUNT; i++) {
        dtypes[i] = PyTuple_GetItem(given, i);
        Py_IncRef(dtypes[i]);
    }
    PyObject *both = PyTuple_New(2), *first = PyDict_New(), *second = PyDict_New();
    if (!both || !first || !second) return NULL;
    for (int i = 0; i < ENTRY_COUNT; i++) {
        if (add_function(first, &releasing[i], &entries[i], (void *)call_releasing)) return NULL;
        if (add_function(second, &holding[i], &entries[i], (void *)call_holding)) return NULL;
    }
    PyTuple_SetItem(both, 0, first);
    PyTuple_SetItem(both, 1, second);
    return both;
}

static PyMethodDef methods[] = {
    {"bind", bind, METH_VARARGS, NULL},
    {"quick_names", quick_names, METH_NOARGS, NULL},
    {"offset_of", offset_of, METH_VARARGS, NULL},
    {"quicken", quicken, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyModuleDef definition = {{{1, NULL}, NULL, 0, NULL}, "_library", NULL, -1, methods, NULL, NULL, NULL, NULL};

EXPORTED PyObject *PyInit__library(void) {
    PyObject *module = PyModule_Create2(&definition, PYTHON_API);
    if (!module) return NULL;
    if (PyModule_AddStringConstant(module, "digest", DIGEST) || PyModule_AddStringConstant(module, "about", ABOUT) ||
        PyModule_AddIntConstant(module, "processor_level", processor_level()))
        return NULL;
    return module;
}
