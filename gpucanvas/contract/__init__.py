"""The only place a fact shared by host, kernels and shaders is written.

    constants, records, operators, paints  --python -m gpucanvas.contract-->  shaders/generated/contract.glsl
    stages                                 --the same-->                      shaders/generated/NAME.glsl, a stage each

Kernels import the constants and NumPy dtypes; shaders include the generated text. A test fails when it is stale.
"""
