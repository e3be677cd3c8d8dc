"""Reports: what views showed, as one file that opens anywhere, and as numbers that can be drawn and made again.

a page's run -> seen -> section -> report.zip (report.json, pictures, NPZ) -> html, one self-contained file
                                   report.zip -> again: the same pipelines on the same clips, bit by bit or not
"""
