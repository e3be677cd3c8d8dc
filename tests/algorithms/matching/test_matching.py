"""Alignment: the supplement's algorithms (corrected) as oracle, worked examples, and the laws that a gather obeys."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from torch.nn import functional as F

from vizcore.algorithms.matching.matching import METHODS, align, dealign, loops, match, track

EVERY_METHOD = pytest.mark.parametrize("method", METHODS)


def clip(t=5, n=12, c=8, seed=0):
    return np.random.default_rng(seed).standard_normal((t, n, c)).astype(np.float32)


def normalize(x):
    return F.normalize(x, dim=-1, eps=1e-12)


def align_as_printed(x, maximize=True, mask_of_first=True):
    """Algorithm 1 line by line; the two flags set its faults right: minimising, and no mask for frame 0."""
    t, h, w, c = x.shape
    frames = list(x.reshape(t, h * w, c))
    dealignment = [torch.eye(h * w)] if mask_of_first else []
    for ti in range(1, t):
        prev, curr = normalize(frames[ti - 1]), normalize(frames[ti])
        _, columns = linear_sum_assignment((prev @ curr.T).numpy(), maximize=maximize)
        alignment = F.one_hot(torch.from_numpy(columns), h * w).float()
        dealignment.append(alignment.T)
        frames[ti] = frames[ti][alignment.argmax(-1)]
    return torch.stack(frames).reshape(x.shape), torch.stack(dealignment)


def dealign_as_printed(x, dealignment):
    """Algorithm 2 line by line."""
    t, h, w, c = x.shape
    frames = list(x.reshape(t, h * w, c))
    for ti in range(1, t):
        frames[ti] = frames[ti][dealignment[ti].argmax(-1)]
    return torch.stack(frames).reshape(x.shape)


@given(st.integers(1, 6), st.integers(1, 4), st.integers(1, 5), st.integers(0, 10_000))
def test_align_is_algorithm_1_and_dealign_algorithm_2(t, h, w, seed):
    x = torch.from_numpy(clip(t, h * w, 6, seed)).reshape(t, h, w, 6)
    aligned, sigma = align(x)
    printed, masks = align_as_printed(x)
    assert torch.equal(aligned, printed)
    assert torch.equal(sigma, masks.mT.argmax(-1))
    assert torch.equal(dealign(aligned, sigma), dealign_as_printed(printed, masks))


# Errata of the supplement's pseudo-code.


@given(st.integers(2, 6), st.integers(0, 10_000))
def test_erratum_1_the_solver_has_to_be_told_to_maximise(n, seed):
    x = torch.from_numpy(clip(2, n, 4, seed))
    tracks = track(x)
    wrong = tracks.similarity[0][linear_sum_assignment(tracks.similarity[0])].sum()
    assert wrong <= tracks.total[0] + 1e-5


def test_erratum_1_example_the_minimum_is_0_where_3_is_possible():
    frames = np.eye(3)[[[0, 1, 2], [2, 0, 1]]]
    tracks = track(frames)
    assert linear_sum_assignment(tracks.similarity[0])[1].tolist() == [0, 1, 2]
    assert (tracks.identity_total[0], tracks.total[0]) == (0, 3)


def test_errata_2_and_3_sigma_has_integers_and_an_entry_for_every_frame():
    x = torch.from_numpy(clip(4, 6)).reshape(4, 2, 3, 8)
    aligned, masks = align_as_printed(x, mask_of_first=False)
    with pytest.raises(IndexError):
        dealign_as_printed(aligned, masks)  # as printed: three masks, read from 1 to 3
    aligned, sigma = align(x)
    assert sigma.shape == (4, 6)
    assert sigma.dtype == torch.int64
    assert torch.equal(dealign(aligned, sigma), x)


def test_erratum_4_the_inverse_needs_a_permutation_and_every_method_gives_one():
    frames = np.array([[[1, 0], [0.9, 0.1]], [[1, 0], [0, 1]]])  # both patches are most like patch 0
    similarity = match(*frames).similarity
    assert similarity.argmax(-1).tolist() == [0, 0]
    for method in METHODS:
        assert sorted(match(*frames, method).sigma) == [0, 1]


@pytest.mark.parametrize("kind", ["numpy", "torch", "torch that requires gradients"])
def test_erratum_5_the_input_is_not_touched(kind):
    x = clip()
    before = x.copy()
    same = x if kind == "numpy" else torch.from_numpy(x)
    if kind.endswith("gradients"):
        same.requires_grad_()
    aligned, _ = align(same)
    assert np.array_equal(x, before)
    aligned *= 2
    assert np.array_equal(x, before)


# Laws, P1 to P12 of the specification.


@EVERY_METHOD
@given(st.integers(1, 5), st.integers(1, 9), st.integers(0, 1000))
def test_dealign_undoes_align_to_the_bit_and_sigma_is_made_of_permutations(method, t, n, seed):
    x = clip(t, n, 3, seed)
    aligned, sigma = align(x, method)
    assert np.array_equal(dealign(aligned, sigma), x)
    assert np.array_equal(np.sort(sigma), np.tile(np.arange(n), (t, 1)))
    assert np.array_equal(sigma[0], np.arange(n))
    for after, before in zip(aligned, x):
        assert sorted(after.tolist()) == sorted(before.tolist())


@given(st.integers(2, 6), st.integers(1, 12), st.integers(0, 1000))
def test_no_method_beats_the_hungarian_and_the_hungarian_never_loses_to_staying(t, n, seed):
    x = clip(t, n, 4, seed)
    best = track(x)
    assert (best.total >= best.identity_total - 1e-6).all()
    for method in METHODS:
        assert (track(x, method).total <= best.total + 1e-6).all()


@EVERY_METHOD
def test_the_chain_is_the_raw_matchings_composed(method):
    x = clip(6, 20)
    tracks = track(x, method)
    aligned, sigma = align(x, method)
    assert np.array_equal(tracks.sigma, sigma)
    for t in range(1, 6):
        chained = match(aligned[t - 1], x[t], method).sigma
        raw = match(x[t - 1], x[t], method).sigma
        assert np.array_equal(chained, sigma[t])
        assert np.array_equal(raw[sigma[t - 1]], sigma[t])
        assert np.array_equal(raw, tracks.steps[t - 1])


@EVERY_METHOD
def test_one_frame_is_left_alone(method):
    x = clip(1, 7)
    aligned, sigma = align(x, method)
    tracks = track(x, method)
    assert np.array_equal(aligned, x)
    assert sigma.tolist() == [list(range(7))]
    assert tracks.steps.shape == (0, 7)
    assert tracks.similarity.shape == (0, 7, 7)
    assert tracks.total.shape == tracks.identity_share.shape == (0,)
    assert loops(x, tracks).tolist() == [1]


@pytest.mark.parametrize("method", ["hungarian", "greedy", "sinkhorn"])
def test_a_shuffled_frame_is_put_back(method):
    rng = np.random.default_rng(3)
    first = clip(1, 30)[0]
    x = np.stack([first, *(rng.permutation(first) for _ in range(4))])
    aligned, _ = align(x, method)
    assert np.array_equal(aligned, np.broadcast_to(first, x.shape))
    assert loops(x, track(x, method)).tolist() == [1] * 5


@given(st.integers(0, 1000))
def test_the_length_of_a_token_does_not_matter(seed):
    x = clip(4, 10, 8, seed)
    scales = np.exp2(np.random.default_rng(seed).integers(-20, 20, (4, 10, 1))).astype(np.float32)
    assert np.array_equal(align(x)[1], align(x * scales)[1])


def attention_over_time(x):
    """(T, N, C) -> (T, N, C): every patch attends to the same place in all frames; identity projections, 1 head."""
    tracks = x.transpose(0, 1)
    return F.scaled_dot_product_attention(tracks, tracks, tracks).transpose(0, 1)


def ata(x, method):
    aligned, sigma = align(x, method)
    return dealign(attention_over_time(aligned), sigma)


def test_with_every_patch_in_place_ata_is_plain_attention_over_time():
    x = torch.from_numpy(clip())
    assert torch.equal(ata(x, "identity"), attention_over_time(x))
    assert not torch.allclose(ata(x, "hungarian"), attention_over_time(x))


def test_gradients_pass_through_the_gather_and_not_through_the_matching():
    x = torch.from_numpy(clip()).requires_grad_()
    weight = torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
    aligned, sigma = align(x)
    (there_and_back,) = torch.autograd.grad((dealign(aligned, sigma) * weight).sum(), x, retain_graph=True)
    assert torch.equal(there_and_back, weight)
    (gathered,) = torch.autograd.grad((aligned * weight).sum(), x)
    assert torch.equal(gathered, dealign(weight, sigma))
    assert not sigma.requires_grad


# Worked examples E1 to E10 of the specification.


@pytest.mark.parametrize(
    ("frames", "sigma"),
    [
        (np.eye(3)[[[0, 1, 2], [2, 0, 1]]], [[0, 1, 2], [1, 2, 0]]),
        (np.ones((2, 4, 2)), [[0, 1, 2, 3]] * 2),
        (np.stack([np.zeros((3, 2)), np.arange(6.0).reshape(3, 2)]), [[0, 1, 2]] * 2),
        (np.eye(4)[[[0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 0, 1]]], [[0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]]),
        ([[[1, 0], [0, 1]], [[0.6, 0.8], [0.8, 0.6]], [[0, 1], [1, 0]]], [[0, 1], [1, 0], [1, 0]]),
        ([[[0.5, 1], [0.1, 0.9]], [[0.3, 0.4], [0.8, 0.4]], [[0.5, 0], [0.8, 0.5]]], [[0, 1], [1, 0], [0, 1]]),
    ],
    ids=["E1", "E4", "E6", "E7", "E8", "E9"],
)
def test_worked_sigma(frames, sigma):
    assert align(np.asarray(frames, float))[1].tolist() == sigma


def test_worked_totals():
    equal = track(np.ones((2, 4, 2)))
    assert (equal.total[0], equal.identity_total[0]) == pytest.approx((4, 4))
    black = track(np.stack([np.zeros((3, 2)), np.ones((3, 2))]))
    assert (black.total[0], black.identity_total[0]) == (0, 0)
    crossed = np.array([[[1, 0], [0, 1]], [[0.6, 0.8], [0.8, 0.6]], [[0, 1], [1, 0]]])
    aligned, _ = align(crossed)
    for t in (1, 2):
        step = match(aligned[t - 1], crossed[t])
        assert (step.identity_total, step.total) == pytest.approx((1.2, 1.6))
    chained = track(np.array([[[0.5, 1], [0.1, 0.9]], [[0.3, 0.4], [0.8, 0.4]], [[0.5, 0], [0.8, 0.5]]]))
    assert chained.steps.tolist() == [[1, 0], [1, 0]]


def test_example_10_attention_mixes_what_alignment_keeps_apart():
    x = torch.eye(2, dtype=torch.float64)[torch.tensor([[0, 1], [1, 0]])]
    plain = attention_over_time(x)
    assert plain[:, 0].numpy() == pytest.approx(np.array([[0.669762, 0.330238], [0.330238, 0.669762]]), abs=1e-6)
    assert torch.equal(ata(x, "hungarian"), x)
