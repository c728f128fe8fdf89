"""sight: what the library does and how long it takes, seen from outside: stats, traces, a frame monitor.

    stages, uploads, compiles --span, count--> spans.py --> Trace (trace.py): a file for Perfetto
                                                       `--> FrameBook (book.py): one canvas's frames
                                                             `--> FrameStats (stats.py), FrameMonitor (monitor.py)

Only the standard library is used, and nothing of the rest of the package.
"""
