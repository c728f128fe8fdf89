"""python -m gpucanvas.kernels.aot [--portable]: compile the kernels of a checkout, for this machine's processor."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .link import NoCompilerError
from .make import LIBRARY, BuildError, build, portable_levels


def main() -> int:
    """Returns the exit status: 0 where the library was built, else 1."""
    parser = argparse.ArgumentParser(prog="python -m gpucanvas.kernels.aot", description=__doc__)
    parser.add_argument("--portable", action="store_true", help="for other machines, too, as a wheel has it")
    parser.add_argument("--out", type=Path, default=LIBRARY, help="the file to write (default: inside the package)")
    options = parser.parse_args()
    try:
        build(options.out, portable_levels() if options.portable else None)
    except (BuildError, NoCompilerError) as error:
        print(f"the kernels could not be compiled: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
