"""How every weight file that is shipped was made: `python -m vizcore.training NAME [--quick]` makes it anew.

    a recipe:  train(shop: Workshop) -> None        data from the world, fit() once or more, scores, shop.ship(...)
    fit(net, loss, plan, path)                      one training: resumable, and the same after a kill as without one
    vizcore.models.weights.Card                     what is written beside the weights
    vizcore.algorithms.statistics.accuracy          accuracy, order accuracy, spread: how all families are scored

A recipe is a module here with TITLE, SETTINGS and QUICK (frozen dataclasses of one type) and train(); its row is in
__main__.RECIPES. Chance comes from the seed and the number of the step alone, never from a running stream.
"""
