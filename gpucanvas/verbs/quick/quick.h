/* The functions by which Python makes the quick verbs: members of the library's module. */

#ifndef GPUCANVAS_QUICK_H
#define GPUCANVAS_QUICK_H

#include "python.h"

/* quick_names(): the names of slots, integers, floats and verbs, in the order in which `quicken` takes them. */
HIDDEN PyObject *quick_names(PyObject *module, PyObject *arguments);
/* offset_of(object, its class's size, mark): where in an object a slot refers to `mark`. */
HIDDEN PyObject *offset_of(PyObject *module, PyObject *arguments);
/* quicken(offsets of the slots, integers, floats, verbs in Python, classes, other objects, an array and its size): the
   quick verbs; None where this Python's arrays are not those that we know. */
HIDDEN PyObject *quicken(PyObject *module, PyObject *arguments);

#endif
