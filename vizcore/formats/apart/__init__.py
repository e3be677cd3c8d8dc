"""What strangers bring is read in a process of its own, which may break without harm: `calls.call` says how."""
