"""People who can sign in. A `User` only opens the door; everything behind it takes a `Person`."""
