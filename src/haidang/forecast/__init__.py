"""What will happen, with a probability: one file per thing foreseen, and the scoring that keeps them honest."""
