// Pixels as straight colours, 0 to 1, and back. Twin: stages/filter_recolor.py, load_straight and store_straight.

vec4 load_straight(uint word) {
    float a = float(word >> 24);
    precise float inverse = 1.0 / max(a, 1.0);
    precise vec3 color = vec3(word & 255u, word >> 8 & 255u, word >> 16 & 255u) * inverse;
    precise float alpha = a * (1.0 / 255.0);
    return vec4(min(color, vec3(1.0)), alpha);
}

uint store_straight(vec4 color) {
    precise float scale = color.a * 255.0;
    precise vec4 raised = min(vec4(color.rgb * scale, scale), vec4(255.0)) + 0.5;
    uvec4 bytes = uvec4(raised);
    return bytes.r | bytes.g << 8 | bytes.b << 16 | bytes.a << 24;
}
