"""pygame-ce's side of the moving examples: their motion is theirs, only the drawing is pygame's.

pygame draws into a surface in host memory (SDL_VIDEODRIVER=dummy), at whole pixels and, but for sprites with an alpha
channel, without antialiasing.
"""

from __future__ import annotations

import os
from math import cos, exp, sin
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

WIDTH, HEIGHT = 800, 600


class Screen:
    """A window's surface, and its pixels as an array (height, width, 3)."""

    def __init__(self, example: ModuleType) -> None:
        pygame.display.init()
        self.example = example
        self.surface = pygame.display.set_mode((WIDTH, HEIGHT), depth=32)

    def picture(self) -> NDArray[np.uint8]:
        return pygame.surfarray.array3d(self.surface).swapaxes(0, 1).copy()


class Particles(Screen):
    """A sprite of 2 by 2 pixels for each of 256 colours, all blitted in one call."""

    def __init__(self, example: ModuleType) -> None:
        super().__init__(example)
        example.swarm.fit(WIDTH, HEIGHT)
        self.surface.fill(self.background())
        self.veil = pygame.Surface((WIDTH, HEIGHT))
        self.veil.fill(self.background())
        self.sprites = [self.sprite(color) for color in example.swarm.colors.tolist()]

    def background(self) -> list[int]:
        return (255 * self.example.BACKGROUND).round().astype(int).tolist()

    def sprite(self, color: list[int]) -> pygame.Surface:
        made = pygame.Surface((2, 2), pygame.SRCALPHA)
        # 1.2 pixels squared, spread over four.
        made.fill((*color[:3], round(color[3] * 1.44 / 4)))
        return made.convert_alpha()

    def frame(self, time: float, delta: float) -> None:
        swarm = self.example.swarm
        swarm.step(time, delta)
        self.veil.set_alpha(round(255 * (1 - exp(-self.example.TRAIL * delta))))
        self.surface.blit(self.veil, (0, 0))
        self.dots(swarm, np.minimum(np.hypot(*swarm.speed) * 0.9, 255).astype(np.uint8))
        pygame.display.flip()

    def dots(self, swarm: Any, color: NDArray[np.uint8]) -> None:
        sprites = self.sprites
        x, y = swarm.place.astype(int).tolist()
        self.surface.fblits([(sprites[c], at) for c, at in zip(color.tolist(), zip(x, y, strict=True), strict=True)])


class ParticlesPixels(Particles):
    """One pixel a particle, blended by NumPy in the surface's own memory; of those on one pixel the last remains."""

    def dots(self, swarm: Any, color: NDArray[np.uint8]) -> None:
        x, y = swarm.place.astype(np.int32)
        x, y = np.clip(x, 0, WIDTH - 1), np.clip(y, 0, HEIGHT - 1)
        rgba = swarm.colors[color].astype(np.int32)
        rgba[:, 3] = np.minimum(rgba[:, 3] * 1.44, 255)  # As much as a square of 1.2 pixels.
        pixels = pygame.surfarray.pixels3d(self.surface)
        under = pixels[x, y]
        pixels[x, y] = under + (rgba[:, :3] - under) * rgba[:, 3:] // 255
        del pixels  # It locks the surface.


class Bricks(Screen):
    """The game: bricks are sprites made beforehand, the rest is drawn by pygame.draw on a layer with alpha."""

    def __init__(self, example: ModuleType) -> None:
        super().__init__(example)
        self.layer = pygame.Surface((WIDTH, HEIGHT), pygame.SRCALPHA)
        self.bricks = [self.brick((255 * color).astype(int).tolist()) for color in example.COLORS]

    def brick(self, color: list[int]) -> pygame.Surface:
        made = pygame.Surface((self.example.CELL_WIDTH, self.example.CELL_HEIGHT), pygame.SRCALPHA)
        pygame.draw.rect(made, color, (2, 2, made.get_width() - 4, made.get_height() - 4), border_radius=5)
        shine = [round(part + (255 - part) * 0.28) for part in color]
        pygame.draw.rect(made, shine, (5, 4, made.get_width() - 10, 5), border_radius=2)
        return made.convert_alpha()

    def frame(self, time: float, delta: float) -> None:
        example, game = self.example, self.example.game
        game.advance(delta)
        self.surface.fill("#0c0f1f")
        self.layer.fill((0, 0, 0, 0))
        dx, dy = game.shake * sin(97 * game.time), game.shake * cos(83 * game.time)
        for y in range(20, HEIGHT, 40):
            for x in range(20, WIDTH, 40):
                pygame.draw.circle(self.layer, (255, 255, 255, 26), (x + dx, y + dy), 1.1)
        pygame.draw.rect(self.layer, (255, 255, 255, 36), (6 + dx, 6 + dy, WIDTH - 12, HEIGHT + 40), 2)
        for row, column in np.argwhere(game.wall).tolist():
            at = (example.LEFT + column * example.CELL_WIDTH + dx, example.TOP + row * example.CELL_HEIGHT + dy)
            self.layer.blit(self.bricks[row], at)
        for radius, (x, y) in zip(np.linspace(1, example.BALL, len(game.trail)), game.trail, strict=True):
            pygame.draw.circle(self.layer, (140, 191, 255, 41), (x + dx, y + dy), radius)
        pygame.draw.circle(self.layer, "white", (game.ball[0] + dx, game.ball[1] + dy), example.BALL)
        paddle = (game.paddle - 52 + dx, example.PADDLE_Y - 7 + dy, 104, 14)
        pygame.draw.rect(self.layer, "#eef2ff", paddle, border_radius=7)
        for x, y, _, _, red, green, blue, life in game.sparks.tolist():
            fade = min(2 * life, 1)
            color = (round(255 * red), round(255 * green), round(255 * blue), round(255 * fade))
            pygame.draw.circle(self.layer, color, (x + dx, y + dy), 3.2 * fade)
        self.digits(f"{game.score:05}", 49 + dx, 34 + dy)
        for ball in range(3):
            faint = (255, 255, 255, 230 if ball < game.lives else 38)
            pygame.draw.circle(self.layer, faint, (WIDTH - 100 + 24 * ball + dx, 46 + dy), 7)
        self.surface.blit(self.layer, (0, 0))
        pygame.display.flip()

    def digits(self, text: str, x: float, y: float) -> None:
        for at, letter in enumerate(text):
            for row, bits in enumerate(self.example.FONT[letter]):
                for column in range(3):
                    if int(bits) & (4 >> column):
                        place = (x + (4 * at + column) * 5, y + row * 5, 4.5, 4.5)
                        pygame.draw.rect(self.layer, (255, 255, 255, 217), place)


PLAYERS = {"particles": Particles, "particles_pixels": ParticlesPixels, "game": Bricks}
