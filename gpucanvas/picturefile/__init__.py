"""picturefile: pictures as bytes, and back, from whoever they come.

Commands --write.py--> bytes --read.py--> tables --check.py--> Commands        layout.py says what lies where
"""
