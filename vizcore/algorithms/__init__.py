"""Arrays or tensors in, a frozen result out: the sums behind every page, free of models, files and screens."""
