"""Answer files to result files: what the command line and Python programs share."""
