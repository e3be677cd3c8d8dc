"""Panels: a result in, controls and figures on the page; pages, comparisons and lessons are put together from them."""
