"""commands: the subcommands `render` and `watch` of the command line; `cli` parses the arguments and calls them.

render.py    renders a script's picture or film to a file
watch.py     shows a script's drawing in a window, and reloads it when the file is saved
progress.py  a progress bar on the terminal
scripts.py   shared: loading a script, its size, its errors
"""
