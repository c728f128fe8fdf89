"""picturefile: writes pictures as bytes, and reads them from untrusted sources.

Commands --write.py--> bytes --read.py--> tables --check.py--> Commands        layout.py defines the format
"""
