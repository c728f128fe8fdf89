// Every pixel of a surface becomes one word, as fine packs it. glClear has no meaning for surfaces of integers.
#version 430
uniform uint word;
layout(location = 0) out uint pixel;

void main() { pixel = word; }
