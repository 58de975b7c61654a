"""The release gate: nothing becomes public with personal data or hidden contents that nobody has decided about."""
