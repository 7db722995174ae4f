"""An assessment in words: chosen once in `document`, laid out by renderers."""
