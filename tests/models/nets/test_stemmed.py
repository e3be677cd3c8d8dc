"""The small net's four modes differ in nothing but what time attention sees."""

import pytest
import torch

from vizcore.models.nets.stemmed import StemmedViT, place_code, time_code
from vizcore.models.nets.stems import Stem
from vizcore.models.nets.temporal_vit import MODES
from vizcore.runtime.capture import watching

IN_TIME = [mode for mode in MODES if mode != "space"]

pytestmark = pytest.mark.usefixtures("one_thread")


def a_net(mode: str, **settings) -> StemmedViT:
    torch.manual_seed(0)
    return StemmedViT(Stem((8, 8, 8), width=12), mode, 4, frames=5, size=32, width=16, **settings).eval()


def a_video(seed: int = 0) -> torch.Tensor:
    return torch.randn(2, 3, 5, 32, 32, generator=torch.Generator().manual_seed(seed))


def same_weights(mode: str, **settings) -> StemmedViT:
    net = a_net(mode, **settings)
    net.load_state_dict(a_net("factorized").state_dict(), strict=mode != "space")
    return net


def test_a_token_stands_for_eight_by_eight_pixels():
    stem = Stem((8, 8, 8), depth=2, width=12).eval()
    pictures = torch.randn(3, 3, 24, 40)
    assert stem(pictures).shape == (3, 15, 12)
    assert torch.equal(stem(pictures)[:, 5], stem.maps(pictures)[:, :, 1, 0])


@pytest.mark.parametrize("mode", IN_TIME)
def test_all_modes_in_time_have_the_same_weights(mode):
    assert a_net(mode).state_dict().keys() == a_net("factorized").state_dict().keys()


def test_the_spatial_mode_lacks_time_attention_and_nothing_else():
    missing = a_net("ata").state_dict().keys() - a_net("space").state_dict().keys()
    assert missing
    assert all("time" in name for name in missing)


def test_alignment_switched_off_is_the_factorized_net():
    video = a_video()
    assert torch.equal(same_weights("ata", method="identity")(video), same_weights("factorized")(video))
    assert not torch.allclose(same_weights("ata")(video), same_weights("factorized")(video))


def test_logits_do_not_depend_on_the_order_of_frames_in_the_spatial_mode_only():
    video = a_video()
    for mode in MODES:
        there, back = same_weights(mode)(video), same_weights(mode)(video.flip(2))
        assert torch.allclose(there, back, atol=1e-5) == (mode == "space")


def test_naming_the_tracks_anew_changes_nothing():
    net, tokens = a_net("ata"), torch.randn(2, 5, 16, 12)
    order = torch.stack([torch.stack([torch.randperm(16) for _ in range(5)]) for _ in range(2)])
    named = order[:, :, torch.randperm(16)]
    assert torch.allclose(net.classify(tokens, order), net.classify(tokens, named), atol=1e-5)


def test_the_matching_is_made_on_the_tokens_of_the_stem():
    net = a_net("ata")
    with watching(net, ["tokens", "order"]) as captured:
        net(a_video())
    assert torch.equal(captured["order"], net.matched(captured["tokens"]))
    assert (captured["order"].sort(-1).values == torch.arange(16)).all()


def test_time_attention_of_a_track_attends_to_its_own_tokens_only():
    """Changing a token of one track leaves what other tracks attend to over time as it was."""
    net, order = a_net("ata", depth=1), torch.stack([torch.randperm(16) for _ in range(5)])[None]
    tokens = torch.randn(1, 5, 16, 12)
    changed = tokens.clone()
    changed[0, 2, order[0, 2, 7]] += 1.0
    with watching(net, ["blocks.0.time"]) as before:
        net.classify(tokens, order)
    with watching(net, ["blocks.0.time"]) as after:
        net.classify(changed, order)
    differs = (before["blocks.0.time"] != after["blocks.0.time"]).any(-1)[0]  # (T, N)
    track = torch.zeros(5, 16, dtype=torch.bool).scatter_(1, order[0, :, 7:8], True)
    assert torch.equal(differs, track)


@pytest.mark.parametrize("mode", MODES)
def test_every_weight_but_the_stem_learns(mode):
    net = a_net(mode).train()
    net.classify(
        torch.randn(2, 5, 16, 12), torch.arange(16).expand(2, 5, 16) if mode == "ata" else None
    ).sum().backward()
    still = [name for name, weight in net.named_parameters() if weight.grad is None and not name.startswith("stem")]
    assert not still


def test_codes_tell_every_place_and_every_time_apart():
    for code in (place_code(7, 64), time_code(8, 64)):
        apart = torch.cdist(code, code) + 9 * torch.eye(len(code))
        assert apart.min() > 0.05


@pytest.mark.parametrize("wrong", [{"mode": "sideways"}, {"mode": "ata", "method": "guess"}])
def test_unknown_names_are_refused(wrong):
    with pytest.raises(ValueError, match="want one of"):
        a_net(**wrong)


def test_a_video_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"want a video \(B, 3, 5, 32, 32\)"):
        a_net("ata")(torch.zeros(1, 3, 5, 40, 32))
