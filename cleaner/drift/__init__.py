"""What changed between two runs, or between the months of one: rules that fell silent or fire more, lines that stay."""
