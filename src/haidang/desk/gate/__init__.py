"""The sea gate: who sailed, who came back."""
