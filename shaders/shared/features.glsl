// What the scene holds. What it lacks is compiled away: software OpenGL runs both sides of every branch.

#include "generated/contract.glsl"

#ifndef FEATURES
#define FEATURES FEATURE_ALL
#endif
#define HAS(feature) ((FEATURES & (feature)) != 0)
