"""Functions of C replaced in place, so that whoever keeps a reference to one calls the replacement too.

A client often holds `time.sleep` in a default argument or a field, where no attribute of a module can be
replaced any more. time-machine does the same in C for the functions that tell the time.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import BuiltinFunctionType
from typing import Any

METH_NOARGS, METH_O = 4, 8
# CPython's own "call what stands in self": with METH_O it is given the one argument, with METH_NOARGS none.
CALLING = {METH_O: ctypes.pythonapi.PyObject_CallOneArg, METH_NOARGS: ctypes.pythonapi.PyObject_CallNoArgs}


class Method(ctypes.Structure):
    """CPython's PyMethodDef."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("call", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    ]


class Function(ctypes.Structure):
    """The beginning of CPython's PyCFunctionObject."""

    _fields_ = [
        ("head", ctypes.c_byte * object.__basicsize__),
        ("method", ctypes.c_void_p),
        ("self", ctypes.c_void_p),
    ]


def twin(function: Any) -> Any:
    """Make a second function of the same C code, which stays what it is.

    Errors: TypeError for anything but a built-in function of CPython.
    """
    check(function)
    make = ctypes.pythonapi.PyCFunction_NewEx
    make.restype, make.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.py_object, ctypes.py_object)
    return make(Function.from_address(id(function)).method, function.__self__, function.__module__)


@contextmanager
def swap_function(function: Any, replacement: Callable[..., Any]) -> Iterator[None]:
    """Have a built-in function of one argument or none call a Python function instead.

    Errors: TypeError for anything but a built-in function of CPython.
    """
    check(function)
    body = Function.from_address(id(function))
    before = Method.from_address(body.method)
    call = ctypes.cast(CALLING[before.flags], ctypes.c_void_p).value
    method = Method(before.name, call, before.flags, before.doc)
    original = (body.method, body.self)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(replacement))
    # The C code of these functions has no use for self, so this order is safe for threads that call now.
    body.self = id(replacement)
    body.method = ctypes.addressof(method)
    try:
        yield
    finally:
        body.method, body.self = original
        ctypes.pythonapi.Py_DecRef(ctypes.py_object(replacement))


def check(function: Any) -> None:
    """Refuse what has another layout in memory."""
    if not isinstance(function, BuiltinFunctionType) or sys.implementation.name != "cpython":
        raise TypeError(f"{function!r} is no function of CPython's own; has other code replaced it?")
