"""Documents and map pictures, drawn without a browser; the same content gives the same bytes."""
