"""What somebody may ask of what we know about them: to see it, and to take it along."""
