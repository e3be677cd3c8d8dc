"""What align, match and track take, in which shapes and kinds they answer, and what they refuse."""

import numpy as np
import pytest
import torch

from vizcore.algorithms.matching.matching import METHODS, align, dealign, match, track

EVERY_METHOD = pytest.mark.parametrize("method", METHODS)


def clip(t=5, n=12, c=8, seed=0):
    return np.random.default_rng(seed).standard_normal((t, n, c)).astype(np.float32)


@EVERY_METHOD
def test_torch_and_numpy_agree(method):
    x = clip(5, 40, 16)
    aligned, sigma = align(torch.from_numpy(x), method)
    expected, expected_sigma = align(x, method)
    assert isinstance(aligned, torch.Tensor)
    assert isinstance(expected, np.ndarray)
    assert np.array_equal(sigma.numpy(), expected_sigma)
    assert np.array_equal(aligned.numpy(), expected)


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_clips_of_a_batch_and_patches_in_a_grid_give_the_same(kind):
    x = np.stack([clip(4, 12, 8, seed) for seed in range(3)])
    apart = [align(one) for one in x]
    for laid_out, batched in ((x, True), (x.reshape(3, 4, 3, 4, 8), False), (x.reshape(3, 4, 3, 4, 8), True)):
        aligned, sigma = align(kind(laid_out), batched=batched)
        assert sigma.shape == (3, 4, 12)
        assert aligned.shape == laid_out.shape
        assert np.array_equal(dealign(aligned, sigma), laid_out)
        for b, (alone, alone_sigma) in enumerate(apart):
            assert np.array_equal(np.asarray(aligned[b]).reshape(alone.shape), alone)
            assert np.array_equal(sigma[b], alone_sigma)
    frames = x[0].reshape(4, 3, 4, 8)
    assert np.array_equal(align(kind(frames))[1], apart[0][1])


def test_dealign_takes_what_a_layer_made_of_it():
    x = clip(4, 6).reshape(4, 2, 3, 8)
    aligned, sigma = align(x)
    assert np.array_equal(dealign(aligned[..., :2], sigma), x[..., :2])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.int32])
def test_other_number_types_are_gathered_as_they_are(dtype):
    x = (torch.from_numpy(clip()) * 100).to(dtype)
    aligned, sigma = align(x)
    assert aligned.dtype == dtype
    assert torch.equal(dealign(aligned, sigma), x)
    assert torch.equal(sigma, align(x.double())[1])


@pytest.mark.gpu
def test_on_a_gpu_the_result_stays_there_and_is_the_same():
    x = torch.from_numpy(clip(8, 100, 64))
    aligned, sigma = align(x.cuda())
    assert aligned.is_cuda
    assert sigma.is_cuda
    assert torch.equal(dealign(aligned, sigma).cpu(), x)
    assert torch.equal(sigma.cpu(), align(x)[1])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_features_that_are_not_finite_are_refused_wherever_they_stand(kind, bad):
    for t in range(3):
        x = clip(3, 4)
        x[t, 2, 1] = bad
        for verb in (align, track):
            with pytest.raises(ValueError, match="want finite features, got nan, infinity"):
                verb(kind(x))


def test_wrong_shapes_are_refused_with_what_was_got():
    with pytest.raises(
        ValueError, match=r"want two frames \(N, C\) of one shape, not empty, got \(3, 4\) and \(3, 5\)"
    ):
        match(np.ones((3, 4)), np.ones((3, 5)))
    with pytest.raises(ValueError, match=r"got \(3, 4\) and \(2, 4\)"):
        match(np.ones((3, 4)), np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"want features \(T, N, C\).*got \(3, 4\)"):
        align(np.ones((3, 4)))
    with pytest.raises(ValueError, match=r"want features \(B, T, N, C\).*got \(2, 3, 4\)"):
        align(np.ones((2, 3, 4)), batched=True)
    with pytest.raises(ValueError, match=r"want features.*got \(2, 0, 4\)"):
        align(np.ones((2, 0, 4)))
    for empty in ((2, 3), (0, 3, 4), (2, 0, 4), (2, 3, 0)):
        with pytest.raises(ValueError, match=r"want features \(T, N, C\)"):
            track(np.ones(empty))
    for shape in ((3, 4, 2), (2, 5, 2), (2, 2, 3, 2), (2, 4), (2, 4, 1, 1, 2)):
        with pytest.raises(ValueError, match=r"want features .* for sigma"):
            dealign(np.ones(shape), np.tile(np.arange(4), (2, 1)))


def test_an_unknown_method_is_refused_with_the_known_ones():
    for verb in (align, track):
        with pytest.raises(ValueError, match="hungarian, greedy, sinkhorn, identity, got 'munkres'"):
            verb(clip(), "munkres")
