"""Make a virtual environment for each peer under benchmarks/.venvs: two packages of Blend2D clash, none share one."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES: dict[str, list[str]] = {
    "gpucanvas": ["-e", str(HERE.parent)],
    "cairo": ["pycairo"],
    "skia": ["skia-python", "moderngl"],
    "blend2d_python": ["blend2d-python"],
    "blend2d_py": ["blend2d-py"],
    "pygame": ["pygame-ce"],
}


def python_of(name: str) -> Path:
    """The interpreter of a peer's environment."""
    folder = HERE / ".venvs" / name
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def main() -> None:
    """Make every environment that is not there; a package that cannot be installed only costs its peer."""
    for name, packages in PACKAGES.items():
        if not python_of(name).exists():
            venv.create(HERE / ".venvs" / name, with_pip=True)
        done = subprocess.run([python_of(name), "-m", "pip", "install", "-q", "numpy", *packages], check=False)
        print(f"{name}: {'ready' if done.returncode == 0 else 'could not be installed'}")


if __name__ == "__main__":
    main()
