"""Results, words and pictures of a commit, frozen in a folder; and two such folders compared.

    python -m tests.frozen write DIR      a tree -> results/ commands/ words/ screenshots/
    python -m tests.frozen compare A B    two such folders -> same | same but for rounding | different (what) | in one

A tool of development, outside the package: it imports nothing of `vizcore`, and runs the command line, the pipelines
and the app of a tree in processes of their own, so that one copy of it freezes any commit.
"""
