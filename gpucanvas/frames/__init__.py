"""frames: from what was recorded to pixels drawn, at once or in the background.

    flush  --> DrawnRecording ------------------------> Surface.draw  --plan, backend--> pixels
    submit --> DrawnRecording --> FrameQueue, Lineup --> Surface.begin --plan, backend--> pixels --> Ticket

drawn.py    a recording with a surface: every canvas is one
queue.py    draws submitted frames in order, on threads of its own
lineup.py   the states of unfinished frames, and the commands that ended frames left undrawn
ticket.py   the handle of a submitted frame
surface.py  the pixels of one canvas
apart.py    draws a frame in parts where a driver has no room for the whole
"""
