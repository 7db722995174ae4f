"""Answer files in, result files out; nothing lost."""
