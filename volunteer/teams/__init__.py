"""Teams and their members. A membership ties a person to a team; a coordinator is a member too."""
