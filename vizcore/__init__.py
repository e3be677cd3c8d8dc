"""VizCore: see time inside video models, in the browser.

The house, from the ground floor up; an import may only fall:

    algorithms  arrays in, a frozen result out: matching, descriptors, flow, operation counts
    video       a file becomes frames and their seconds, and back
    capture     see named modules during one forward pass
    devices     which device computes, and what it can hold
    jobs        progress, cancel, background work
    catalog     the table of pages
    shelf       the clips that a person may open, by a word
    ---------
    nets        the networks, with taps where a page wants to look
    world       procedural videos, made by this project
    store       results and proxies on disk, by content
    weights     trained weights and their cards
    views       a result in, a figure out
    machine     memory, disk and versions, without whose they are
    ---------
    models      the table of models
    lessons     a file of words and numbers becomes a lesson: questions, boards, and sums line by line
    checkpoints a file or a folder of a person's own becomes one more model, or a sentence why not
    engine      a model, its device, its queue: run() -> Capture
    recipes     a path, words and numbers in, a result out: what page, notebook and command line share
    training    how every weight file that is shipped was made
    ---------
    products    what recipes are worth outside the app: numbers, figures, films
    selftest    known answers asked of the real code on this machine
    ---------
    batch       many clips: files that are there in full, runs that go on
    ---------
    cluster     the same on other machines, by Ray
    report      what views showed, as one file that opens anywhere and can be made again
    ---------
    ui, player  the rooms that know streamlit
    cli         the command line
    ---------
    panels      a result in, controls and figures on the page: what pages are put together from
"""
