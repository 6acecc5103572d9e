"""Rule files of other programs, read into the shape of ours: what cannot be said in it is reported, never guessed."""
