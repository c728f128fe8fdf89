// The scene: everything that the host uploads except vertices, as one array of words. Every stage reads it; the stage's
// generated file, included before this one, has its binding. `config` is the scene's head: call load_config() first.

#include "generated/contract.glsl"

// The number of threads, which is also the distance between two items of a thread. Loops over items test at their end:
// with a test at the beginning, software OpenGL executes the body once more than needed. Loops whose result is needed
// afterwards, and which threads leave at different times, must not: llvmpipe may then give the threads that left first
// the result of the last.
#define ALL_THREADS (gl_NumWorkGroups.x * gl_WorkGroupSize.x)

Config config;

void load_config() { config = LOAD_Config(scene_at, 0); }
Draw load_draw(uint i) { return LOAD_Draw(scene_at, config.draw_start + i * DRAW_WORDS); }
Path load_path(uint i) { return LOAD_Path(scene_at, config.path_start + i * PATH_WORDS); }
Subpath load_subpath(uint i) { return LOAD_Subpath(scene_at, config.subpath_start + i * SUBPATH_WORDS); }
Curve load_curve(uint i) { return LOAD_Curve(scene_at, config.curve_start + i * CURVE_WORDS); }
Stroke load_stroke(uint i) { return LOAD_Stroke(scene_at, config.stroke_start + i * STROKE_WORDS); }
Image load_image(uint i) { return LOAD_Image(scene_at, config.image_start + i * IMAGE_WORDS); }
Clip load_clip(uint i) { return LOAD_Clip(scene_at, config.clip_start + i * CLIP_WORDS); }
