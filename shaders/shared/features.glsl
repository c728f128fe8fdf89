// The features of the scene. Code for features that it lacks is compiled away, because software OpenGL runs both sides
// of every branch. Software OpenGL also has few threads, so that a thread of fine handles more pixels there.

#include "generated/contract.glsl"

#ifdef FEATURES
// Not for features with a loop per quad: a thread of four quads would reach software OpenGL's limit of turns too early.
#if (FEATURES & (FEATURE_DENSE | FEATURE_RINGS | FEATURE_PAINTS)) == 0
#define FEW_THREADS
#endif
#else
#define FEATURES FEATURE_ALL
#define PAINT_KINDS FEATURE_ALL
#endif
#define FEATURE_CLIPS (FEATURE_CLIP_RECTS | FEATURE_CLIP_PATHS)
#define FEATURE_MODES (FEATURE_ALL ^ ((1 << FEATURE_MODE_SHIFT) - 1))
#define FEATURE_PIXEL_MODES (FEATURE_ALL ^ ((1 << (OP_FIRST_PIXEL_BLEND - OP_FIRST_BLEND + FEATURE_MODE_SHIFT)) - 1))
#define HAS_MODE(code) HAS(1 << (code - OP_FIRST_BLEND + FEATURE_MODE_SHIFT))
#define HAS(feature) ((FEATURES & (feature)) != 0)
#define HAS_PAINT(code) ((PAINT_KINDS >> code & 1) != 0)
