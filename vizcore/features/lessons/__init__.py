"""Lessons: a file of words and numbers becomes goal, predict, try, reveal and check; every sum is VizCore's own.

file.toml - reading - Lesson - its sum, its numbers and the learner's hand -> Worked (lines of arithmetic, values)
"""
