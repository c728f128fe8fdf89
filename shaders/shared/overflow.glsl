// Tells shaders that are not stages whether a buffer was too small for a run of the stages, and the host has not made
// room yet. Until then they must not change any target, because the host repeats them after that run.

#include "generated/contract.glsl"

layout(std430, binding = OVERFLOW_BINDING) readonly buffer OverflowBlock { uint run_counters[]; };

bool is_halted() { return run_counters[COUNTER_OVERFLOW] != 0u; }
