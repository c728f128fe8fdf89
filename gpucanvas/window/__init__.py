"""window: views, whose pictures are drawn frame by frame: windows, canvases in other programs, films.

    host --events--> EventHub --handlers--> the program
      |
      +--a frame is due--> View._paint --draw(ctx, frame)--> recording --submit--> frame queue --present--> host

A `View` is the common part of all hosts: a canvas, a draw function, events. The hosts are `Window` (glfw), `HostedView`
(any canvas of rendercanvas: Qt, wx, Jupyter, HTTP) and `FilmView` (frames are written to a file).
"""
