/* Python's stable ABI (PEP 384, from Python 3.11 on), as far as the library uses it. No header of Python's is needed:
   a bare Python is enough to build it. */

#ifndef GPUCANVAS_PYTHON_H
#define GPUCANVAS_PYTHON_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <math.h>

typedef intptr_t Py_ssize_t;
typedef struct { Py_ssize_t reference_count; void *type; } PyObject;
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef struct { const char *name; PyCFunction call; int flags; const char *doc; } PyMethodDef;
typedef struct {
    struct { PyObject head; void *init; Py_ssize_t index; void *copy; } base;
    const char *name, *doc;
    Py_ssize_t size;
    PyMethodDef *methods;
    void *slots, *traverse, *clear, *free;
} PyModuleDef;

typedef struct { const char *name; int type; Py_ssize_t offset; int flags; const char *doc; } PyMemberDef;
typedef struct { int slot; void *function; } PyType_Slot;
typedef struct { const char *name; int size, item_size; unsigned int flags; PyType_Slot *slots; } PyType_Spec;

#ifdef _WIN32
#define IMPORTED __declspec(dllimport)
#define EXPORTED __declspec(dllexport)
#else
#define IMPORTED
#define EXPORTED __attribute__((visibility("default")))
#endif
#define HIDDEN __attribute__((visibility("hidden")))

extern IMPORTED PyObject *PyExc_TypeError, *PyExc_RuntimeError, _Py_NoneStruct, _Py_TrueStruct, _Py_FalseStruct;
IMPORTED void Py_IncRef(PyObject *);
IMPORTED void Py_DecRef(PyObject *);
IMPORTED PyObject *PyErr_Format(PyObject *, const char *, ...);
IMPORTED PyObject *PyErr_Occurred(void);
IMPORTED void PyErr_Clear(void);
IMPORTED PyObject *PyModule_Create2(PyModuleDef *, int);
IMPORTED int PyModule_AddStringConstant(PyObject *, const char *, const char *);
IMPORTED int PyModule_AddIntConstant(PyObject *, const char *, long);
IMPORTED PyObject *PyCFunction_NewEx(PyMethodDef *, PyObject *, PyObject *);
IMPORTED PyObject *PyCapsule_New(void *, const char *, void *);
IMPORTED void *PyCapsule_GetPointer(PyObject *, const char *);
IMPORTED PyObject *PyDict_New(void);
IMPORTED Py_ssize_t PyDict_Size(PyObject *);
IMPORTED PyObject *PyDict_GetItemWithError(PyObject *, PyObject *);
IMPORTED int PyDict_SetItem(PyObject *, PyObject *, PyObject *);
IMPORTED int PyDict_SetItemString(PyObject *, const char *, PyObject *);
IMPORTED Py_ssize_t PyList_Size(PyObject *);
IMPORTED PyObject *PyList_GetItem(PyObject *, Py_ssize_t);
IMPORTED int PyList_Append(PyObject *, PyObject *);
IMPORTED int PyList_SetSlice(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);
IMPORTED PyObject *PyTuple_New(Py_ssize_t);
IMPORTED Py_ssize_t PyTuple_Size(PyObject *);
IMPORTED PyObject *PyTuple_GetItem(PyObject *, Py_ssize_t);
IMPORTED int PyTuple_SetItem(PyObject *, Py_ssize_t, PyObject *);
IMPORTED PyObject *PyLong_FromLongLong(long long);
IMPORTED PyObject *PyLong_FromVoidPtr(void *);
IMPORTED PyObject *PyLong_FromUnsignedLongLong(unsigned long long);
IMPORTED long long PyLong_AsLongLong(PyObject *);
IMPORTED unsigned long long PyLong_AsUnsignedLongLong(PyObject *);
IMPORTED PyObject *PyNumber_Index(PyObject *);
IMPORTED PyObject *PyFloat_FromDouble(double);
IMPORTED double PyFloat_AsDouble(PyObject *);
IMPORTED PyObject *PyBool_FromLong(long);
IMPORTED PyObject *PyBytes_FromStringAndSize(const char *, Py_ssize_t);
IMPORTED char *PyBytes_AsString(PyObject *);
IMPORTED Py_ssize_t PyBytes_Size(PyObject *);
IMPORTED char *PyByteArray_AsString(PyObject *);
IMPORTED Py_ssize_t PyByteArray_Size(PyObject *);
IMPORTED int PyByteArray_Resize(PyObject *, Py_ssize_t);
IMPORTED PyObject *PyUnicode_FromString(const char *);
IMPORTED int PyUnicode_CompareWithASCIIString(PyObject *, const char *);
IMPORTED PyObject *PyObject_Call(PyObject *, PyObject *, PyObject *);
IMPORTED PyObject *PyObject_CallFunctionObjArgs(PyObject *, ...);
IMPORTED PyObject *PyObject_GetAttr(PyObject *, PyObject *);
IMPORTED PyObject *PyObject_Repr(PyObject *);
IMPORTED PyObject *PyType_FromSpec(PyType_Spec *);
IMPORTED PyObject *PyType_GenericAlloc(void *, Py_ssize_t);
IMPORTED int PyObject_IsTrue(PyObject *);
IMPORTED int PyObject_RichCompareBool(PyObject *, PyObject *, int);
IMPORTED int PyType_IsSubtype(void *, void *);
IMPORTED unsigned long PyType_GetFlags(void *);
IMPORTED void *PyEval_SaveThread(void);
IMPORTED void PyEval_RestoreThread(void *);

enum { METH_VARARGS = 0x0001, METH_NOARGS = 0x0004, METH_FASTCALL = 0x0080 };
enum { EQUAL = 2, PYTHON_API = 3 };
enum { SLOT_CALL = 50, SLOT_DESCR_GET = 54, SLOT_REPR = 66, SLOT_MEMBERS = 72 };
enum { MEMBER_SIZE = 19, MEMBER_READ_ONLY = 1 };
/* Of a count of arguments: that the place before the first may be written to (PEP 590). */
#define ARGUMENTS_OFFSET ((size_t)1 << (8 * sizeof(size_t) - 1))
#define TYPE_HAS_VECTORCALL (1u << 11)
#define TYPE_IS_METHOD (1u << 17)
#define TYPE_DEFAULT (1u << 18)
/* Flags of types, returned by PyType_GetFlags. */
#define IS_LONG (1ul << 24)
#define IS_LIST (1ul << 25)
#define IS_TUPLE (1ul << 26)
#define IS_BYTES (1ul << 27)

#endif
