"""What repeats over an outlet's articles, as a draft of its rules."""
