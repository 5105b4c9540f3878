"""The first page of each kind of user. Reads many domains, changes none."""
