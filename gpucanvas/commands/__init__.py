"""commands: what each command of the command line does; `cli` reads the words and calls them.

render.py    a script's picture or film into a file
watch.py     a script's drawing in a window, loaded again when it is saved
progress.py  how far a film is, on a terminal
scripts.py   what they share: the script, its size, its backend, its errors
"""
