"""Every scene of tests/scenes, drawn into one file, so that another process's pictures can be compared to the byte.

    PYTHONPATH=tests python tests/kernels/dump_scenes.py OUT.npz BACKEND [TOPIC...]
    python tests/kernels/dump_scenes.py --compare A.npz B.npz

The first also says on stdout how its kernels run. With topics, only the scenes that have one of them are drawn.
"""

from __future__ import annotations

import sys

import numpy as np


def dump(out: str, backend: str, *topics: str) -> None:
    """Draw the scenes on a backend and write them to a file."""
    from gpucanvas.kernels import library, ways
    from scenes import SCENES

    chosen = {k: v for k, v in sorted(SCENES.items()) if not topics or set(topics) & set(v.topics)}
    np.savez(out, **{name: scene.render(backend) for name, scene in chosen.items()})
    print(f"{len(chosen)} scenes on {backend}, kernels: {ways.WAY} {library.level}")


def differing(first: str, second: str) -> list[str]:
    """The scenes that are not the same to the byte in both files, or only in one of them."""
    with np.load(first) as a, np.load(second) as b:
        if not a.files:
            raise ValueError(f"{first} holds no scene")
        both = set(a.files) & set(b.files)
        return sorted((set(a.files) ^ set(b.files)) | {k for k in both if not np.array_equal(a[k], b[k])})


if __name__ == "__main__":
    if sys.argv[1] == "--compare":
        found = differing(*sys.argv[2:])
        print(f"{sys.argv[2]} and {sys.argv[3]}: {found or 'the same bytes'}")
        sys.exit(bool(found))
    dump(*sys.argv[1:])
