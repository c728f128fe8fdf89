// flatten: each curve writes its vertices, its start excluded and its end included. Twin: stages/flatten.py, flatten_curves.
#version 430
#include "generated/flatten_curves.glsl"
#include "shared/scene.glsl"

void main() {
    load_config();
    uint i = gl_GlobalInvocationID.x;
    if (i < config.curve_count) do {
        Curve c = load_curve(i);
        precise float shift = 0.5 / (float(c.piece_count) * float(c.piece_count));
        precise float ax = (c.x0 - 2.0 * c.x1 + c.x2) * shift;
        precise float ay = (c.y0 - 2.0 * c.y1 + c.y2) * shift;
        precise float bx = (c.x1 - 2.0 * c.x2 + c.x3) * shift;
        precise float by = (c.y1 - 2.0 * c.y2 + c.y3) * shift;
        uint k = 1u;
        if (k <= c.piece_count) do {
            precise float t = float(k) / float(c.piece_count);
            precise float s = 1.0 - t;
            precise float w0 = s * s * s;
            precise float w1 = 3.0 * s * s * t;
            precise float w2 = 3.0 * s * t * t;
            precise float w3 = t * t * t;
            precise float x = w0 * c.x0 + w1 * c.x1 + w2 * c.x2 + w3 * c.x3 - (s * ax + t * bx);
            precise float y = w0 * c.y0 + w1 * c.y1 + w2 * c.y2 + w3 * c.y3 - (s * ay + t * by);
            Vertex v = Vertex(x, y, 1u);
            if (k == c.piece_count) v = Vertex(c.x3, c.y3, 0u);
            uint at = (c.vertex_start + k - 1u) * VERTEX_WORDS;
            STORE_Vertex(vertices, at, v);
        } while (++k <= c.piece_count);
    } while ((i += ALL_THREADS) < config.curve_count);
}
