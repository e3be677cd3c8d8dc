"""Where a model looks: heat from features, gradients and attention, and what that heat is worth."""
