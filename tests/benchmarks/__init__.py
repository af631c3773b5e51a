"""What a call, a device and a start cost, beside what people would use instead: ``python -m tests.benchmarks``."""
