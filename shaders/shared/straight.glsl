// Pixels as straight colours, 0 to 1, and back. Twin: stages/filter_recolor.py, straight_of and recolor_row.

vec4 load_straight(uvec2 words) {
#ifdef RGBA16F
    precise vec4 values = unpack_pixel(words) * 255.0;
#else
    vec4 values = vec4(words.x & 255u, words.x >> 8 & 255u, words.x >> 16 & 255u, words.x >> 24);
#endif
    precise float inverse = 1.0 / max(values.a, LEAST_ALPHA);
    precise vec3 color = values.rgb * inverse;
    precise float alpha = values.a * (1.0 / 255.0);
    return vec4(min(color, vec3(1.0)), alpha);
}

uvec4 store_straight(vec4 color) {
    precise float scale = color.a * 255.0;
    precise vec4 values = min(vec4(color.rgb * scale, scale), vec4(255.0));
#ifdef RGBA16F
    precise vec4 unit = values * (1.0 / 255.0);
    return pack_pixel(unit.r, unit.g, unit.b, unit.a);
#else
    uvec4 bytes = uvec4(values + 0.5);
    return uvec4(bytes.r | bytes.g << 8 | bytes.b << 16 | bytes.a << 24);
#endif
}
