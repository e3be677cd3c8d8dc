"""The four ways to look at time written out with loops: one clip, one token, one head at a time; and tiny fast ones."""

import itertools

import torch
from scipy.optimize import linear_sum_assignment
from torch.nn import functional as F

from vizcore.models.nets.temporal_vit import TemporalViT
from vizcore.runtime.capture import watching

T, SIZE, PATCH, D, HEADS = 4, 32, 8, 24, 3
SIDE = SIZE // PATCH
N = SIDE**2
TINY = {"frames": T, "size": SIZE, "patch": PATCH, "width": D, "depth": 3, "heads": HEADS, "classes": 5}


def tiny(mode, **changes):
    return TemporalViT(mode, **TINY | {"zero_time": False} | changes).eval()


def clip(batch=1, seed=0):
    return torch.randn(batch, 3, T, SIZE, SIZE, generator=torch.Generator().manual_seed(seed))


def captured_in(net, video, *names):
    with torch.no_grad(), watching(net, names) as seen:
        logits = net(video)
    return logits, *(seen[name] for name in names)


def slow_attention(layer, tokens):  # (N, D)
    query, key, value = (tokens @ w.T + b for w, b in zip(layer.qkv.weight.chunk(3), layer.qkv.bias.chunk(3)))
    size = D // HEADS
    heads = []
    for h in range(HEADS):
        q, k, v = (part[:, h * size : (h + 1) * size] for part in (query, key, value))
        rows = [
            torch.softmax(torch.stack([q[i] @ k[j] for j in range(len(k))]) / size**0.5, 0) @ v for i in range(len(q))
        ]
        heads.append(torch.stack(rows))
    return torch.cat(heads, 1) @ layer.proj.weight.T + layer.proj.bias


def slow_norm(layer, x):
    return (x - x.mean(-1, keepdim=True)) / (
        x.var(-1, keepdim=True, correction=0) + 1e-6
    ).sqrt() * layer.weight + layer.bias


def slow_orders(patches):
    """The paper's chain: every frame against the one before as it was already re-ordered."""
    orders, before = [list(range(N))], patches[0]
    for frame in patches[1:]:
        similarity = F.normalize(before, dim=1) @ F.normalize(frame, dim=1).T
        orders.append(linear_sum_assignment(similarity.numpy(), maximize=True)[1].tolist())
        before = frame[orders[-1]]
    return orders


def slow_time(block, patches, orders):
    out = patches.clone()
    for i in range(N):
        track = torch.stack([patches[t, orders[t][i]] for t in range(T)])
        heard = slow_attention(block.time_attention, slow_norm(block.time_norm, track))
        for t in range(T):
            out[t, orders[t][i]] += block.time_out.weight @ heard[t] + block.time_out.bias
    return out


def slow_space(block, patches, token):
    out, heard_by_token = patches.clone(), torch.zeros(T, D)
    for t in range(T):
        tokens = torch.cat([token[None], patches[t]])
        heard = slow_attention(block.attention, slow_norm(block.attention_norm, tokens))
        out[t] += heard[1:]
        heard_by_token[t] = heard[0]
    return out, token + heard_by_token.mean(0)


def slow_joint(block, patches, token):
    tokens = torch.cat([token[None], *patches])
    tokens = tokens + slow_attention(block.attention, slow_norm(block.attention_norm, tokens))
    return tokens[1:].reshape(T, N, D), tokens[0]


def slow_mlp(block, x):
    first, _, second = block.mlp
    hidden = slow_norm(block.mlp_norm, x) @ first.weight.T + first.bias
    hidden = hidden * 0.5 * (1 + torch.erf(hidden / 2**0.5))
    return x + hidden @ second.weight.T + second.bias


def slow_net(net, video):  # (3, T, S, S)
    patches = torch.empty(T, N, D)
    for t, row, column in itertools.product(range(T), range(SIDE), range(SIDE)):
        pixels = video[:, t, row * PATCH : (row + 1) * PATCH, column * PATCH : (column + 1) * PATCH]
        patches[t, row * SIDE + column] = (net.patch.weight * pixels).sum((1, 2, 3)) + net.patch.bias
    patches = patches + net.space_table[1:]
    if net.mode != "space":
        patches = patches + net.time_table[:, None]
    token = net.class_token[0] + net.space_table[0]
    for block in net.blocks:
        if net.mode in ("factorized", "ata"):
            orders = slow_orders(patches) if net.mode == "ata" else [list(range(N))] * T
            patches = slow_time(block, patches, orders)
        patches, token = (slow_joint if net.mode == "joint" else slow_space)(block, patches, token)
        patches, token = slow_mlp(block, patches), slow_mlp(block, token)
    return slow_norm(net.norm, token) @ net.head.weight.T + net.head.bias, patches
