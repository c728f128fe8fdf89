// The scene: everything the host uploads but vertices, one array of words, which every stage reads: its own generated file,
// included before this one, says where. `config` is the scene's head: call load_config() first.

#include "generated/contract.glsl"

// How many threads were started; each takes every so many-th item. Such loops have their test at the end: software OpenGL
// goes through all of a loop once more where a test at its beginning says that it is over. Not where something is needed
// afterwards that the loop computes, and threads leave it at different times: llvmpipe may then give the first what it
// computes for the last.
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
