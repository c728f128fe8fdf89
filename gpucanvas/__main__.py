"""So that ``python -m gpucanvas`` works without the installed ``gpucanvas`` command; all of it is in `cli`."""

from __future__ import annotations

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
