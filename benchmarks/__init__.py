"""What is measured, as ratios against a named floor or peer of the same run: machines are noisy, ratios less so.

`python -m benchmarks` runs all of them and writes docs/benchmarks.md. Tests are not timed.
"""
