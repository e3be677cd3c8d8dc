"""VizCore: see time inside video models, in the browser.

The house, from the ground floor up; an import may only fall:

    files       files that are there in full or not at all, and folders within a limit; former: names of before
    algorithms  arrays in, a frozen result out: a folder for each family
    formats     files of the field: recognised, read in a process apart, checked, written
    video       a file becomes frames and their seconds, and back
    figures     what all figures share: colours, strips, heat
    synthetic   procedural videos, made by this project, and their ground truth
    ---------
    runtime     devices, jobs, store, capture, recording; above them engine, batches and clusters, all handed rows
    models      one registry, nets, weights and cards, checkpoints of a person's own
    player      the components in the browser
    ---------
    ui          what pages are made of: controls bound to the link, uploads, long work, the frame
    training    how every weight file that is shipped was made
    ---------
    features    a folder for each page: entry, pipelines, controls, page, figures, exports
    cli         the same as commands
    ---------
    verbs       the same as Python: vizcore.match(path), vizcore.align(a, b) ... (imported when they are called)
"""

from vizcore import former

former.install()
__getattr__, __dir__ = former.lazily(
    __name__,
    {
        "vizcore.video": ("probe", "read_clip"),
        "vizcore.verbs": (
            "align",
            "cuts",
            "evaluate",
            "filter",
            "find",
            "follow",
            "heatmap",
            "load_model",
            "localize",
            "match",
            "segment",
        ),
    },
)
