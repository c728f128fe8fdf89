"""film: frames into files: videos, animated pictures, numbered stills.

    draw(ctx, frame) --FilmView--> pixels --EncoderThread--> FilmWriter --+-- Video       .mp4 .mkv .webm    (PyAV)
                      (view.py)             (encoder.py)     (writer.py)  +-- Animation   .gif .webp .png    (Pillow)
                                                                          +-- Stills      frame_%04d.png

`render_film` is all of it in one call. A writer takes frame after frame and keeps a few of them at most, however
long the film is. A file is there when the film is complete, and else what was there before.
"""

from __future__ import annotations

from .encoder import EncoderThread
from .open import open_film
from .view import FilmView, render_film
from .writer import FilmWriter

__all__ = ["EncoderThread", "FilmView", "FilmWriter", "open_film", "render_film"]
