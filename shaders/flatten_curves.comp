// flatten: writes each curve's vertices, its start excluded and its end included. Twin: stages/flatten.py,
// flatten_curves.
#version 430
#include "generated/flatten_curves.glsl"
#include "shared/scene.glsl"

// Returns the vertex beside the end (x0, y0) of a curve, in the direction of the nearest control point that lies apart
// from the end; p is the vertex behind the tip.
Vertex tip(float x0, float y0, float x1, float y1, float x2, float y2, float x3, float y3, float px, float py) {
    precise float dx = x1 - x0;
    precise float dy = y1 - y0;
    if (abs(dx) + abs(dy) < SHORT_LEG) {
        dx = x2 - x0;
        dy = y2 - y0;
    }
    if (abs(dx) + abs(dy) < SHORT_LEG) {
        dx = x3 - x0;
        dy = y3 - y0;
    }
    precise float scale = 1.0 / max(sqrt(dx * dx + dy * dy), SHORT_LEG);
    dx = dx * scale;
    dy = dy * scale;
    precise float ax = px - x0;
    precise float ay = py - y0;
    precise float along = 0.5 * (ax * dx + ay * dy);
    precise float away = 0.5 * sqrt(ax * ax + ay * ay);
    float reach = min(min(max(along, LEAST_TIP), TIP_LENGTH), away);
    precise float x = x0 + dx * reach;
    precise float y = y0 + dy * reach;
    return Vertex(x, y, CURVE_TIP);
}

void put(uint at, Vertex v) { STORE_Vertex(vertices, at * VERTEX_WORDS, v); }

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
        uint at = c.vertex_start;
        float px = c.x0;
        float py = c.y0;
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
            bool last = k == c.piece_count;
            Vertex v = Vertex(x, y, CURVE_INSIDE);
            if (last) v = Vertex(c.x3, c.y3, 0u);
            if (k == 1u && (c.tips & TIP_START) != 0u)
                put(at++, tip(c.x0, c.y0, c.x1, c.y1, c.x2, c.y2, c.x3, c.y3, v.x, v.y));
            if (last && (c.tips & TIP_END) != 0u)
                put(at++, tip(c.x3, c.y3, c.x2, c.y2, c.x1, c.y1, c.x0, c.y0, px, py));
            put(at++, v);
            px = v.x;
            py = v.y;
        } while (++k <= c.piece_count);
    } while ((i += ALL_THREADS) < config.curve_count);
}
