"""How visitors will look in a style that was learnt, checkpoint by checkpoint: one picture, and numbers."""
