"""Who does what and where: boxes, their matching with people, and how well each class is found."""
