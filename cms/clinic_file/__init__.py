"""The clinic file: a whole clinic in one YAML or JSON file."""
