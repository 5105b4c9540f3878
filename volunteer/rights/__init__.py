"""What somebody may ask of us about themselves: to be forgotten, and the answer to it."""
