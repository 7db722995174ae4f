"""The command line: parse, call, render, return a code."""
