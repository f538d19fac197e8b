"""What is owed: obligations and proposals, with owner, deadline and answer."""
