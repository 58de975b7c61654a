"""The release gate: what a public body would give away without meaning to, found before it is published."""
