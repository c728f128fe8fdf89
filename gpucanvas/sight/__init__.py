"""sight: measures what the library does: counts, times, traces, and a monitor of slow frames.

    stages, uploads, compiles --span, count--> spans.py --> Trace (trace.py): a file for Perfetto
                                                       `--> FrameBook (book.py): one canvas's frames
                                                             `--> FrameStats (stats.py), FrameMonitor (monitor.py)

These modules import only the standard library, and nothing from the rest of the package.
"""
