"""Text: from a string and a font to glyphs, their places and their outlines. Nothing here draws, and nothing loads it
before the first text.
"""
