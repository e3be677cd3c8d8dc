"""A pickle that asks for more than its file can hold is refused by its opcodes, before torch reads any of it."""

import io
import random
import struct
import zipfile
from collections import Counter, OrderedDict

import hostile_pickles as steps
import pytest
import torch
from checkpoint_files import tiny
from conftest import DATA
from test_checkpoints_hostile import refusal
from torch import nn

from vizcore.models.checkpoints import opcodes, opening, pickles

pytestmark = pytest.mark.usefixtures("read_here")

FORMS = {"archive": steps.archive, "older": steps.older}
MANY = 10**12
SMALL = steps.tensor(steps.storage(16), (4, 4), (4, 1))
NESTED = steps.word("a") + steps.twice(60)
DOUBLED = "_codecs encode", steps.word("hex")
HOSTILE = {  # what a pickle asks for, and what is said of it
    "a billion zeros": (steps.entry(steps.call("builtins bytearray", steps.number(1 << 30))), "bytearray(1073741824)"),
    "zeros by Python 2": (steps.entry(steps.call("__builtin__ bytearray", steps.number(1 << 40))), "bytearray("),
    "zeros beyond counting": (steps.entry(steps.call("builtins bytearray", steps.number(1 << 900))), "2^900 or more"),
    "a storage of a terabyte": (steps.entry(steps.tensor(steps.storage(MANY), (1,), (1,))), "asks for 4000000000000 b"),
    "half a storage more": (steps.entry(steps.tensor(steps.storage(900), (1,), (1,))), "asks for 3600 bytes"),
    "a storage below nothing": (steps.entry(steps.tensor(steps.storage(-1), (1,), (1,))), "damaged"),
    "an empty storage that grows": (
        steps.entry(steps.row(steps.storage(0), steps.storage(MANY))), "asks for 4000000000000 bytes"),
    "a tensor that repeats one number": (
        steps.entry(steps.tensor(steps.storage(1), (10**6, 10**6), (0, 0))), "claim 4000000000000 bytes"),
    "a tensor of long integers": (
        steps.entry(steps.tensor(steps.storage(1), (1 << 800, 1 << 800), (0, 0))), "claim 2^1602 or more bytes"),
    "a tensor beyond its storage": (
        steps.entry(steps.tensor(steps.storage(16), (4, 5), (4, 1))), "lies beyond its storage"),
    "a tensor that begins too late": (
        steps.entry(steps.tensor(steps.storage(16), (1,), (1,), first=16)), "lies beyond its storage"),
    "a tensor below nothing": (steps.entry(steps.tensor(steps.storage(16), (-1,), (1,))), "a tensor of no shape"),
    "a tensor of many axes": (
        steps.entry(steps.tensor(steps.storage(16), (1,) * 99, (0,) * 99)), "a tensor of no shape"),
    "a tensor class": (steps.entry(steps.call("torch Tensor", *map(steps.number, (10**6, 10**6)))), "no function"),
    "a storage class": (steps.entry(steps.call("torch.storage UntypedStorage", steps.number(MANY))), "no function"),
    "a tensor without a storage": (
        steps.entry(steps.call("torch._utils _rebuild_meta_tensor_no_storage")), "_rebuild_meta_tensor_no_storage"),
    "a quantised tensor": (steps.entry(steps.call("torch._utils _rebuild_qtensor")), "torch._utils._rebuild_qtensor"),
    "text doubled again and again": (
        steps.entry(steps.named(DOUBLED[0]) + steps.row(steps.call(DOUBLED[0], steps.word("a"), DOUBLED[1]), DOUBLED[1])
                    + steps.REDUCE), "damaged"),
    "a key that is nested without end": (
        steps.entry(steps.NONE, NESTED), "keys that are neither words nor numbers"),
    "a set that is nested without end": (
        steps.entry(steps.call("builtins set", steps.EMPTY_LIST + NESTED + b"a")),
        "keys that are neither words nor numbers"),
    "a dict of the numbers of a tensor": (steps.entry(steps.call("collections OrderedDict", SMALL)), "damaged"),
    "a set of the numbers of a tensor": (steps.entry(steps.call("builtins set", SMALL)), "damaged"),
    "a count of the numbers of a tensor": (steps.entry(steps.call("collections Counter", SMALL)), "damaged"),
    "a dict without its methods": (
        steps.entry(steps.HOOKS + steps.entry(steps.NONE, steps.word("get")) + b"b"), "changes more of an object"),
    "a step of another protocol": (steps.entry(b"\x8f"), "the step EMPTY_SET"),
    "a long number in words": (steps.entry(b"L" + b"9" * 9999 + b"L\n"), "damaged"),
    "words that are cut off": (b"X\xff\xff\xff\x7fabc", "damaged"),
    "a memory that is empty": (steps.entry(steps.get(7)), "damaged"),
    "a stack that is empty": (b"s", "damaged"),
}  # fmt: skip


@pytest.fixture
def untouched(monkeypatch):
    """Torch is not asked to load anything."""
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("torch.load was reached"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shape", HOSTILE)
@pytest.mark.usefixtures("untouched")
def test_what_asks_for_more_than_its_file_holds_never_comes_to_torch(shape, form, tmp_path):
    asked, told = HOSTILE[shape]
    assert told in refusal(FORMS[form](tmp_path / "net.pth", asked))


@pytest.mark.parametrize("form", FORMS)
def test_what_is_honest_is_written_in_the_same_way_and_opens(form, tmp_path):
    found = opening.read(FORMS[form](tmp_path / "net.pth", steps.entry(SMALL)))
    assert found.tensors["a"].shape == (4, 4)


def test_pairs_in_pairs_that_double_are_no_larger_than_their_file_and_are_not_unfolded(tmp_path):
    asked, path = steps.entry(steps.EMPTY_LIST + steps.twice(999)), tmp_path / "net.pth"
    assert "a tuple as 'a'" in refusal(steps.archive(path, asked))
    assert "a tuple as 'a'" in refusal(steps.older(path, asked, keys=()))


def test_a_view_of_a_storage_lies_inside_it(tmp_path):
    path = tmp_path / "net.pth"
    found = opening.read(steps.older(path, steps.entry(steps.tensor(steps.view(16, 12, 4), (2, 2), (2, 1))))).tensors
    assert found["a"].shape == (2, 2)
    for view, length in (((16, 12, 5), 4), ((16, 12, 4), 5), ((16, 17, 0), 0)):
        asked = steps.entry(steps.tensor(steps.view(*view), (length,), (1,)))
        assert "beyond its storage" in refusal(steps.older(path, asked))


PAIRS = b"".join(steps.row(steps.number(k), steps.NONE) for k in range(99))


@pytest.mark.usefixtures("untouched")
def test_storages_that_are_each_small_enough_are_counted_together(tmp_path):
    four = steps.row(*(steps.tensor(steps.storage(300, key), (1,), (1,)) for key in "0123"))
    path = steps.older(tmp_path / "net.pth", steps.entry(four), count=400)
    assert 4 * 300 < path.stat().st_size < 4 * 4 * 300
    assert "asks for 1200 bytes" in refusal(path)


COPIED = {
    "a dict of a list": (
        "collections OrderedDict",
        b"".join(steps.row(steps.number(k), steps.NONE) for k in range(99)),
    ),
    "a set": ("builtins set", b"".join(map(steps.number, range(99)))),
    "bytes": ("_codecs encode", steps.word("a" * 99 * 64) + steps.word("latin1")),
    "bytes of bytes": ("builtins bytearray", steps.word("a" * 99 * 64) + steps.word("latin1")),
}


@pytest.mark.parametrize("what", COPIED)
@pytest.mark.usefixtures("untouched")
def test_copies_of_one_thing_count_as_many_steps(what, tmp_path, monkeypatch):
    name, things = COPIED[what]
    given = steps.row(things if what.startswith("bytes") else steps.EMPTY_LIST + steps.MARK + things + b"e")
    monkeypatch.setattr(opcodes, "MOST_STEPS", 10_000)
    again = steps.named(name) + steps.get(1) + steps.REDUCE
    walk = opcodes.OpcodeWalk(10**6)
    walk.through(io.BytesIO(given + steps.put(1) + again + steps.STOP))
    assert "more than 10,000 steps" in refusal(steps.archive(tmp_path / "net.pth", given + steps.put(1) + again * 110))


@pytest.mark.parametrize(("limit", "again"), [("MOST_STEPS", steps.EMPTY_DICT), ("MOST_CALLS", steps.HOOKS)])
@pytest.mark.usefixtures("untouched")
def test_steps_and_calls_without_number_are_refused(limit, again, tmp_path, monkeypatch):
    monkeypatch.setattr(opcodes, limit, 500)
    assert "whose pickle" in (sentence := refusal(steps.archive(tmp_path / "net.pth", again * 501)))
    assert "more than 500" in sentence


def test_an_archive_is_refused_by_its_list_before_that_is_read(tmp_path, monkeypatch):
    path = steps.archive(tmp_path / "net.pth", steps.entry(SMALL))
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("the list was read"))
    monkeypatch.setattr(pickles, "LISTED_BYTES", 100)
    assert "whose list of parts has" in refusal(path)
    torch.save({"a": torch.zeros(2)}, path)  # its ending is told twice, and readers believe the first of them
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, len(content) - 10, 50)
    path.write_bytes(content)
    assert "whose list of parts has" in refusal(path)


@pytest.mark.usefixtures("untouched")
def test_a_pickle_beyond_the_limit_is_not_read(tmp_path, monkeypatch):
    path = steps.archive(tmp_path / "net.pth", steps.entry(SMALL))
    monkeypatch.setattr(pickles, "PICKLE_BYTES", 50)
    assert "whose pickle has" in refusal(path)
    assert "cut off" in refusal(steps.older(tmp_path / "older.pth", steps.entry(SMALL)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"data/0": bytes(64), "DATA.pkl": b"other"}, "could be taken for others"),
        ({"data/0": bytes(64), "data.pkl": b"other"}, "could be taken for others"),
        ({"data/0": bytes(64), "data/é": b""}, "could be taken for others"),
        ({"data/00": bytes(64)}, "asks for 64 bytes"),
        ({"data/0": bytes(63)}, "asks for 64 bytes"),
        ({"data/0": bytes(64), "constants.pkl": b""}, "TorchScript"),
    ],
)
@pytest.mark.usefixtures("untouched")
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_parts_that_two_readers_could_tell_apart_differently_are_refused(change, told, tmp_path):
    assert told in refusal(steps.archive(tmp_path / "net.pth", steps.entry(SMALL), change))


@pytest.mark.usefixtures("untouched")
def test_bytes_before_and_after_an_archive_are_refused(tmp_path):
    path = steps.archive(tmp_path / "net.pth", steps.entry(SMALL))
    whole = path.read_bytes()
    inner = steps.archive(tmp_path / "other.pth", steps.entry(steps.NONE)).read_bytes()
    for changed in (inner + whole, whole + b"more", whole[:-2] + b"\4\0more", whole[:-2] + b"\4\0"):
        path.write_bytes(changed)
        assert "taken for others" in (sentence := refusal(path)) or "damaged" in sentence


@pytest.mark.usefixtures("untouched")
def test_a_part_that_says_it_is_larger_than_the_file_is_refused(tmp_path):
    path = steps.archive(tmp_path / "net.pth", steps.entry(steps.tensor(steps.storage(10**9), (1,), (1,))))
    content = bytearray(path.read_bytes())
    at = content.index(b"x/data/0", content.index(b"PK\1\2")) - 46  # of the part in the list
    content[at + 20 : at + 28] = struct.pack("<2L", 4 * 10**9, 4 * 10**9)
    path.write_bytes(content)
    assert "unfolds into more than it holds" in refusal(path)


@pytest.mark.parametrize("form", FORMS)
def test_a_byte_that_is_changed_gives_tensors_or_a_sentence(form, tmp_path):
    path, drawn = tmp_path / "net.pth", random.Random(0)
    told = steps.word("b") + steps.call("torch Size", steps.numbers(2, 3)) + steps.SETITEM
    told = steps.entry(steps.entry(SMALL), steps.word("model")) + told
    whole = FORMS[form](path, told).read_bytes()
    outcomes = Counter()
    for _ in range(400):
        changed = bytearray(whole)
        changed[drawn.randrange(len(changed))] = drawn.randrange(256)
        path.write_bytes(changed)
        try:
            opening.read(path)
        except ValueError as refused:
            outcomes["damaged" if "damaged" in str(refused) else "told"] += 1
        else:
            outcomes["read"] += 1
    assert len(outcomes) == 3, outcomes


def trained():
    """Everything that people save beside a net."""
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    adam = torch.optim.AdamW(net.parameters())
    net(torch.ones(5, 3)).sum().backward()
    adam.step()
    noted, flagged = torch.zeros(3), nn.Parameter(torch.zeros(2))
    noted.note, flagged.flag = "as it was", True
    plan = torch.optim.lr_scheduler.MultiStepLR(adam, [3, 5]).state_dict()
    return {"optimizer": adam.state_dict(), "plan": plan, "epoch": 3, "noted": noted, "flagged": flagged, "best": 0.5}


NEWER = "types of number that have no storage of their own"
SAVED = {
    "a state_dict": lambda: tiny().state_dict(),
    "halves, and tensors that share": lambda: (
        (table := torch.arange(12.0).bfloat16()) is None
        or OrderedDict(a=table, b=table, c=table[3:9:2], d=table.view(3, 4).T, e=table[:0], f=torch.ones(1).expand(7))
    ),
    "parameters": lambda: dict(tiny().named_parameters()),
    "every type of number": lambda: {
        str(kind): torch.zeros(2, 3, dtype=kind)
        for kind in (torch.float64, torch.int8, torch.bool, torch.complex64, torch.uint8, torch.bfloat16)
    },
    NEWER: lambda: {str(kind): torch.zeros(2, 3, dtype=kind) for kind in (torch.uint16, torch.float8_e4m3fn)},
    "with an optimiser": lambda: trained() | {"state_dict": tiny().state_dict()},
    "with words, sets and bytes": lambda: {
        "model": tiny().state_dict(), "names": ["a", "b"], "seen": {1, 2}, "device": torch.device("cuda:1"),
        "size": torch.Size([2, 3]), "type": torch.float16, "raw": b"abc", "more": bytearray(b"de"), "root": 1j,
        "counts": Counter("abca"), "large": 10**30, "pairs": {(1, 2): None},
    },
}  # fmt: skip


@pytest.mark.parametrize("zipped", [True, False], ids=["archive", "older"])
@pytest.mark.parametrize("kind", SAVED)
def test_what_people_save_opens_as_before(kind, zipped, tmp_path):
    if kind == NEWER and not zipped:
        pytest.skip("torch itself cannot read them from its older form")
    saved, path = SAVED[kind](), tmp_path / "net.pth"
    torch.save(saved, path, _use_new_zipfile_serialization=zipped)
    found = opening.read(path).tensors
    expected = saved.get("state_dict", saved.get("model", saved))
    assert list(found) == list(expected)
    for name, tensor in expected.items():
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name].view(torch.uint8) if tensor.dtype.itemsize == 1 else found[name],
                           tensor.view(torch.uint8) if tensor.dtype.itemsize == 1 else tensor)  # fmt: skip


def test_an_older_pickle_of_python_2_opens(tmp_path):
    """Its dicts are lists of pairs, its words are bytes."""
    pairs = steps.EMPTY_LIST + steps.MARK + steps.EMPTY_LIST + steps.MARK + b"U\x01a" + SMALL + b"ee"
    path = steps.older(tmp_path / "net.pth", steps.call("collections OrderedDict", pairs))
    assert opening.read(path).tensors["a"].shape == (4, 4)


def test_a_published_checkpoint_opens_as_torch_reads_it():
    path = DATA / "models" / "resnet20-12fca82f.th"
    if not path.exists():
        pytest.skip("no resnet20-12fca82f.th: set VIZCORE_SHARED_DATA to the folder that holds models/")
    expected = torch.load(path, map_location="cpu", weights_only=True)["state_dict"]
    found = opening.read(path).tensors
    assert {name: tensor.sum() for name, tensor in found.items()} == {
        name: tensor.sum() for name, tensor in expected.items()
    }


def test_a_tensor_whose_attributes_go_by_the_names_of_its_methods_is_read_without_them(tmp_path):
    odd = torch.arange(3.0)
    odd.numel = odd.element_size = odd.detach = 7
    torch.save({"a": odd}, tmp_path / "net.pth")
    assert torch.equal(opening.read(tmp_path / "net.pth").tensors["a"], torch.arange(3.0))
