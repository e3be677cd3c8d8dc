"""What a GPU does to this project: every test and measurement that needs one, for docs/gpu.md.

python -m benchmarks.gpu  ->  pytest -m gpu, then every step of step.STEPS in a process of its own  ->  docs/gpu.md
"""
