// Whether a buffer was too small for a run of the stages, and the host has not made room yet: what comes after that run must
// leave every target as it is, because the host runs it again, too. For shaders that are no stages.

#include "generated/contract.glsl"

layout(std430, binding = OVERFLOW_BINDING) readonly buffer OverflowBlock { uint run_counters[]; };

bool is_halted() { return run_counters[COUNTER_OVERFLOW] != 0u; }
