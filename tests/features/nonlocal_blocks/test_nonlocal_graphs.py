"""Operators that share a graph are named together, the position shown first, and where positions lie in a clip."""

import numpy as np
import pytest
from shown import charts, sent, words
from test_pages import complaints, opened

from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, Weights
from vizcore.features.nonlocal_blocks.pipeline import Nodes, example, nodes_of
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES, SHOWN, BlockSettings, block_of
from vizcore.features.nonlocal_blocks.pipeline_filter import analysed, filtered
from vizcore.runtime.clip_library import bundled

pytestmark = pytest.mark.usefixtures("one_thread")
LAMPS = str(bundled()["lamps"].path)
FILE = {"part": "A file", "file": "two halves"}


def matrix(name):
    graph = block_of(example("two halves"), name, BlockSettings()).graph
    return graph.kind, graph.matrix().numpy()


def sharing():
    """[names of operators with equal matrices], in the order of the page: told from the matrices alone."""
    found = []
    for name in SHOWN:
        kind, alone = matrix(name)
        for names, other_kind, other in found:
            if (kind, alone.shape) == (other_kind, other.shape) and np.allclose(alone, other, atol=1e-6):
                names.append(name)
                break
        else:
            found.append(([name], kind, alone))
    return [names for names, *_ in found]


def test_the_families_are_the_operators_with_one_matrix_and_none_is_left_out():
    assert sharing() == [list(family) for family in FAMILIES.values()]
    assert sorted(SHOWN) == sorted(OPERATORS.keys() - {"cgnl-taylor"})


def strips(app):
    """The operators named above every strip."""
    return [line.split("**")[1] for line in words(app).splitlines() if "** · max weight" in line]


def titles(names):
    return [OPERATORS[name].title for name in names]


def test_a_strip_names_the_operators_that_hear_the_same_and_with_own_weights_itself_alone():
    app = opened("nonlocal_blocks", FILE)
    assert complaints(app) == []
    assert strips(app) == [", ".join(titles(names)[:4]) for names in sharing()]
    assert strips(app)[0] == "NL, NS"
    assert strips(opened("nonlocal_blocks", {"part": "Two lanterns"})) == titles(
        ("nl", "ns", "a2", "cgnl", "cc", "snl", "cayley")
    )


def test_an_operator_that_shares_a_graph_has_the_frequencies_of_its_owner_and_its_own_filter():
    nodes = example("two halves")
    owner = analysed(block_of(nodes, "snl", BlockSettings()))
    weights = Weights((0.7, -0.4, 0.2))
    alone, shared = (
        analysed(block_of(nodes, "gsnl", BlockSettings())),
        owner.of(block_of(nodes, "gsnl", BlockSettings())),
    )
    np.testing.assert_allclose(shared.values, alone.values, atol=1e-6)
    expected = filtered(nodes, alone, weights, {}).direct
    np.testing.assert_allclose(filtered(nodes, shared, weights, {}).direct, expected, atol=1e-5)


def test_eigenvalues_stand_under_the_names_of_those_that_share_them():
    app = opened("nonlocal_blocks", FILE | {"show": "Eigenvalues"})
    heads = [text.value for text in app.markdown]
    order = sorted(sharing(), key=lambda names: "snl" not in names)  # the chosen one first
    expected = [f"**{' · '.join(titles(names)[:3])}**" for names in order]
    assert [head for head in heads if head in expected] == expected
    nodes = example("two halves")
    for chart, names in zip(charts(app), order, strict=True):
        known = analysed(block_of(nodes, names[0], BlockSettings())).values.real
        stems = chart[-1]["x"]
        assert (len(stems), stems.max()) == (len(known), pytest.approx(known.max(), abs=1e-6))


def far(where, count=60, channels=5, seed=0):
    """(T N, C) features near a common mean, with one that is `size` away at each place {place: size}."""
    x = np.random.default_rng(seed).normal(0, 0.1, (count, channels)) + 3
    for place, size in where.items():
        x[place, 1] += size
    return x.astype(np.float32)


@pytest.mark.parametrize(
    ("where", "first"),
    [({7: 4, 19: -9}, 19), ({7: 4, 19: -3}, 7), ({7: 4, 43: 20}, 7)],
    ids=["below the mean", "above it", "the farthest is in another map"],
)
def test_the_position_shown_first_is_the_one_of_the_first_map_that_is_least_like_the_mean(where, first):
    assert Nodes(far(where), (3, 4, 5)).most_distinct == first


def test_the_page_begins_at_that_position():
    app = opened("nonlocal_blocks", {"part": "A clip", "clip": "lamps", "across": "6", "count": "2"})
    nodes = nodes_of(LAMPS, across=6, count=2)
    assert sent(app, "spectral-player")["picked"] == [0, int(nodes.clip.indices[0]), nodes.most_distinct]
