// The inputs and outputs of a blur's passes: the list of passes, the values between passes, and the surface's pixels.
// Twin: stages/filter.py. There a box is gathered (halved, blurred across) and spread (blurred down, expanded).
//
// A thread computes a unit of an item's result. Values are colours from 0 to 255; with BLUR_ALPHA_ONLY in FEATURES they
// are alphas, which are tinted when they are stored as pixels. Values are consecutive texels of an image: software
// OpenGL takes five times as long for a word of a buffer, unless the whole group reads the same word.

#include "generated/contract.glsl"
#include "shared/pixels.glsl"

layout(local_size_x = BLUR_GROUP) in;

#if (FEATURES & BLUR_ALPHA_ONLY) != 0
#define Value float
#define VALUE_FORMAT r32f
#define VALUE_OF(texel) (texel).r
#else
#define Value vec4
#define VALUE_FORMAT rgba32f
#define VALUE_OF(texel) (texel)
#endif

layout(std430, binding = 1) readonly buffer WeightBlock { float weights[]; };
layout(PIXEL_IMAGE, binding = 0) uniform uimage2D target;
layout(VALUE_FORMAT, binding = 1) uniform image2D values;

#define ITEM BlurPass
#define ITEM_WORDS BLURPASS_WORDS
#define LOAD_ITEM LOAD_BlurPass
#include "shared/boxes.glsl"

// Returns the place of a value in the image.
ivec2 place_of(uint index) { return ivec2(index % BLUR_TEXELS, index / BLUR_TEXELS); }

// Returns a value of the source; 0 beyond it.
Value source_value(int x, int y) {
    if (x < 0 || y < 0 || x >= item.source_wide || y >= item.source_high) return Value(0.0);
#if (FEATURES & BLUR_FROM_IMAGE) == 0
    return VALUE_OF(imageLoad(values, place_of(item.source_start + uint(y * item.source_wide + x))));
#else
    uvec2 words = imageLoad(target, ivec2(item.source_x + x, item.source_y + y)).rg;
#ifdef RGBA16F
    vec4 values = unpack_pixel(words) * 255.0;
#else
    vec4 values = vec4(words.x & 255u, words.x >> 8 & 255u, words.x >> 16 & 255u, words.x >> 24);
#endif
#if (FEATURES & BLUR_ALPHA_ONLY) != 0
    return values.a;
#else
    return values;
#endif
#endif
}

// Stores a value as a pixel of the result.
void store_pixel(int x, int y, Value value) {
#if (FEATURES & BLUR_ALPHA_ONLY) != 0
    precise vec4 color = vec4(item.r, item.g, item.b, item.a) * value;
#else
    vec4 color = value;
#endif
#ifdef RGBA16F
    precise vec4 unit = color * (1.0 / 255.0);
    uvec4 pixel = pack_pixel(unit.r, unit.g, unit.b, unit.a);
#else
    precise vec4 raised = min(color, vec4(255.0)) + 0.5;
    uvec4 bytes = uvec4(raised);
    uvec4 pixel = uvec4(bytes.r | bytes.g << 8 | bytes.b << 16 | bytes.a << 24);
#endif
    imageStore(target, ivec2(item.to_x + x, item.to_y + y), pixel);
}

// Stores a value of the result, as a value or as a pixel.
void store_value(int x, int y, Value value) {
    if (x >= item.wide || y >= item.high) return;
#if (FEATURES & BLUR_TO_IMAGE) != 0
    store_pixel(x, y, value);
#else
    imageStore(values, place_of(item.target_start + uint(y * item.wide + x)), vec4(value));
#endif
}
