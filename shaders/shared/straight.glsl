// Converts pixels to straight colours, 0 to 1, and back. Twin: stages/filter_recolor.py, straight_of and recolor_row.

vec4 load_straight(uvec2 words) {
    precise vec4 values = values_of(words);
    precise float inverse = 1.0 / max(values.a, LEAST_ALPHA);
    precise vec3 color = values.rgb * inverse;
    precise float alpha = values.a * (1.0 / 255.0);
    return vec4(clamp(color, vec3(0.0), vec3(1.0)), alpha);
}

uvec4 store_straight(vec4 color) {
    precise float scale = color.a * 255.0;
    return pixel_of(vec4(color.rgb * scale, scale));
}
