"""Video alignment: which moment of one video is which moment of another."""
