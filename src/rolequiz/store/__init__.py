"""What is kept on this machine: journals of sittings, whole-or-nothing files."""
