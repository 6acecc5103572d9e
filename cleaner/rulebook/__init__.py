"""Rule files: their shape (`schema`), finding and merging them (`load`), and matching text (`match`)."""
