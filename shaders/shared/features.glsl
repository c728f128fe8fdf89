// What the scene holds. What it lacks is compiled away: software OpenGL runs both sides of every branch. It also has few
// threads, which is why a thread of fine then has more pixels.

#include "generated/contract.glsl"

#ifdef FEATURES
// Loops that every quad runs by itself would come to the end of their iterations four times as early.
#if (FEATURES & (FEATURE_DENSE | FEATURE_RINGS | FEATURE_PAINTS)) == 0
#define FEW_THREADS
#endif
#else
#define FEATURES FEATURE_ALL
#endif
#define FEATURE_CLIPS (FEATURE_CLIP_RECTS | FEATURE_CLIP_PATHS)
#define HAS(feature) ((FEATURES & (feature)) != 0)
