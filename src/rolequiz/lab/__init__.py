"""Experiments with a bank: simulated people, and statistics of collected answers. Needs numpy (extra ``batch``)."""
