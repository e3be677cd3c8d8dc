"""Batches and the app's long work on a Ray cluster: workers in other processes or on other machines, the same results.

run.run: tasks -> WorkerPool, one task a worker at a time -> results travel back -> this process writes the same files
service: a pipeline of the app -> an idle worker of its Workers -> its result, its progress, and to be stopped
Ray is imported when it is asked for, and nothing is imported here: the app's first page need not wait for either.
"""
