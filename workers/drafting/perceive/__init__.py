"""What is in a mockup: its text, fonts and shapes."""
