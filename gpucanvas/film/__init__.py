"""film: writes frames into files: videos, animated images, numbered stills.

    draw(ctx, frame) --FilmView--> pixels --EncoderThread--> FilmWriter --+-- Video       .mp4 .mkv .webm    (PyAV)
                      (view.py)             (encoder.py)     (writer.py)  +-- Animation   .gif .webp .png    (Pillow)
                                                                          +-- Stills      frame_%04d.png

`render_film` does all of it in one call. A writer takes one frame after another and keeps only a few in memory. The
file gets its name when the film is complete; until then an older file of that name stays.
"""

from __future__ import annotations

from .encoder import EncoderThread
from .open import open_film
from .view import FilmView, render_film
from .writer import FilmWriter

__all__ = ["EncoderThread", "FilmView", "FilmWriter", "open_film", "render_film"]
