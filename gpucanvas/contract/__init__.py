"""The single place for the facts that host, kernels and shaders share.

    constants, records, operators, paints  --python -m gpucanvas.contract-->  shaders/generated/contract.glsl
    stages                                 --the same command-->              shaders/generated/NAME.glsl, per stage

Kernels import the constants and NumPy dtypes; shaders include the generated text. A test fails when it is stale.
"""
