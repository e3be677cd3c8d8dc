"""World: a clip that was made and not filmed, and everything that is known of it."""
