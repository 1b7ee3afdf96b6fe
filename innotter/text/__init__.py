"""What a text is, wherever it comes from: cleaned once, cut into words by one rule, tags spelled in one way."""
