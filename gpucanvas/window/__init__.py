"""window: drawings that are drawn again: in windows, in other programs' canvases, into films.

    host --events--> EventHub --handlers--> the program
      |
      +--it is time--> View.paint --draw(ctx, frame)--> recording --submit--> frame queue --present--> host

A `View` is what all hosts have in common: a canvas, a draw function, events. The hosts: `Window` (glfw), `HostedView`
(any canvas of rendercanvas: Qt, wx, Jupyter, HTTP), `FilmView` (nobody looks: time is told, frames go into a file).
"""
