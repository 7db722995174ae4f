"""Phones on the local network: a small web server for one room, and the page that it serves."""
