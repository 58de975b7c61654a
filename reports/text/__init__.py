"""The running text: outline, bound numbers, starter phrases, and what is to be said of what was written."""
