"""What is done with a visit, durably: workflows and their steps, the engine that runs them, and repair."""
