"""child: the program of a process that draws SVG documents with resvg, until its input ends. `worker.py` runs it.

    child.py FOLDER       FOLDER: where the package resvg_py is

It says READY. Then a request and an answer are a length of 8 bytes, and so many bytes: JSON of resvg's arguments with
`memory`, the most bytes that the process may use; and "+" with a PNG file, or "-" with what is wrong. It imports
nothing of gpucanvas.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

READY: Final = b"resvg is ready\n"


def main() -> None:
    """Answer requests."""
    sys.path.append(sys.argv[1])
    import resvg_py

    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sink.write(READY)
    sink.flush()
    while head := source.read(8):
        request: dict[str, Any] = json.loads(source.read(int.from_bytes(head, "little")))
        limit_memory(request.pop("memory"))
        try:
            answer = b"+" + resvg_py.svg_to_bytes(**request)
        # Beside ValueError, resvg may panic, which Python sees as a BaseException of a class that it cannot import.
        except BaseException as error:
            answer = b"-" + str(error).encode("utf-8", "replace")
        sink.write(len(answer).to_bytes(8, "little") + answer)
        sink.flush()


def limit_memory(most: int) -> None:
    """Let allocations beyond a number of bytes fail, where the system can."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (OSError, ValueError):
        # A limit is a favour: without one, a document that needs too much slows the machine down.
        return


if __name__ == "__main__":
    main()
