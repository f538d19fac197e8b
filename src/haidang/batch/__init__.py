"""The same steps as the live pipeline, over archives."""
