"""What a member has learned and may do: a team's trainings, and who passed them until when."""
