"""What the command line is asked: a dozen settings of each command over clips, and every other command.

A group is run in one process, in its order, with a store of results of its own. In words, {out} is a folder of the
one command, {group} one of its group, {samples} that of `samples`.
"""

PRINTED = ("evaluate", "report", "selftest", "printed", "refused", "help")  # groups whose files are no results
LANTERNS = "lanterns-fast lanterns-slow lanterns-still"
PEOPLE = "cartwheel push sit throw"

MATCH = {
    "usual": "",
    "greedy": "--method greedy",
    "sinkhorn": "--method sinkhorn",
    "identity": "--method identity",
    "colour": "--source colour",
    "gradient": "--source gradient",
    "patch alone": "--source 'patch alone'",
    "pixels": "--source pixels",
    "fine": "--across 24 --count 6",
    "coarse": "--across 5 --count 20",
    "near": "--prior 0.1",
    "stretch": "--start 0.5 --span 0.6 --count 8",
    "tokens": "--source vit-small-ata --layer blocks.0.entry",
    "trained tokens": "--source lamps-ata --layer blocks.0.space",
    "two frames": "--count 2",
}
HEATMAP = {
    "usual": "",
    "grad-cam": "--method grad-cam",
    "grad-cam++": "--method grad-cam++ --target true",
    "layer-cam": "--method layer-cam --pool frame",
    "eigen-cam": "--method eigen-cam",
    "attention-space": "--method attention-space --query 3,0.5,0.25",
    "attention-time": "--method attention-time --query 5,0.3,0.6",
    "attention-joint": "--method attention-joint",
    "rollout": "--method rollout",
    "gradient-attention": "--method gradient-attention",
    "actions": "--models acts-space,acts-joint,acts-factorized,acts-ata --method grad-cam",
    "first layer": "--layer tokens",
    "stretch": "--start 0.4 --span 1.0",
    "embedders": "--models gta,gta-tcc,gta-untrained",
}
ALIGN = {
    "usual": "",
    "soft": "--gamma 0.1",
    "softer": "--gamma 1 --minimum soft",
    "hard": "--gamma 0.1 --minimum hard",
    "euclidean": "--cost euclidean",
    "contrastive": "--cost contrastive --beta 0.05",
    "symmetric2": "--pattern symmetric2 --gamma 0.05",
    "band": "--band 0.2",
    "open": "--open-begin --open-end",
    "few": "--limit 24",
    "pixels": "--model pixels",
    "untrained": "--model gta-untrained",
    "tokens": "--model acts-ata --limit 48",
}
LOCALIZE = {
    "usual": "",
    "two stages": "--model localizer-two-stage",
    "stride 1": "--stride 1",
    "stride 3": "--stride 3 --every 12",
    "stride 12": "--stride 12 --every 24",
    "every 2": "--every 2",
    "stride 8": "--stride 8 --every 48",
    "every 3": "--every 3",
    "every 10": "--every 10 --stride 4",
    "two stages, stride 2": "--model localizer-two-stage --stride 2 --every 9",
    "two stages, stride 12": "--model localizer-two-stage --stride 12 --every 18",
}
FOLLOW = {
    "usual": "",
    "drawn": "--boxes 0.680.300.800.750_40.600.300.720.750,20.100.300.250.800",
    "gradient": "--source gradient --across 16 --count 24",
    "stretch": "--start 0.5 --span 1 --count 12",
}
OPERATORS = ("nl", "ns", "a2", "cgnl", "cgnl-taylor", "cc", "snl", "gsnl", "chebyshev", "cayley", "cayley-printed")
SPECTRAL = {operator: f"--operator {operator}" for operator in OPERATORS} | {
    "cayley-code": "--operator cayley-code",
    "weighted": "--operator snl --out-weights 0.5,0.25",
    "random": "--kind random --seed 3",
    "sharp": "--sharpness 16 --position 7",
    "fine": "--count 2 --across 20",
    "pixels": "--source pixels --start 0.3 --span 0.5",
    "tokens": "--source lamps-ata",
    "trained": "--source pairs-snl --kind trained --operator snl",
    "zoomed": "--operator cayley --h 0.5 --inner 2",
}
WORLD = (
    "--scene act --count 2 --seed 5",
    "--scene crowd --count 2 --set people=3 --set clutter=2",
    "--scene story --seed 1",
    "--scene carousel --count 2 --set speed=6",
    "--scene act --choice throw --set count=24 --set clutter=5 --set warp=1",
    "--scene crowd --seed 8 --set bystanders=0 --set shake=1",
    "world-act-3-cartwheel world-carousel-7-forward",
)
COMMANDS = ("match", "heatmap", "cuts", "align", "segment", "localize", "follow", "spectral")
COMMANDS += ("evaluate", "world", "report", "selftest")
WITHOUT_FOLDER = ("match tiles --count 4 --method greedy", "align push throw --gamma 0.1", "localize crowd --every 24")
REFUSED = (
    "nonsense",
    "match",
    "match nowhere",
    "match parade --method nonsense",
    "match parade --forms gif",
    "match parade --count many",
    "align parade",
    "heatmap throw --models nobody",
    "spectral parade --operator nonsense",
    "evaluate localization {samples}/truth.csv {samples}/pixels.csv",
    "evaluate segmentation {samples}/nowhere",
    "world world-act-3-nonsense --out {out}",
)
BOXES = "evaluate localization {samples}/truth.csv {samples}"
LABELS = "evaluate segmentation {samples}"
EVALUATED = {
    "boxes": f"{BOXES}/first.csv",
    "boxes, other protocol": f"{BOXES}/first.csv --protocol uncapped --iou 0.75",
    "boxes, two": f"{BOXES}/first.csv --second {{samples}}/second.csv --titles one,other",
    "boxes, named": f"{BOXES}/first.csv --actions {{samples}}/actions.pbtxt --excluded {{samples}}/excluded.csv",
    "labels": f"{LABELS}/labels",
    "labels of a split": f"{LABELS}/labels --bundle test.split1.bundle",
    "labels, no background": f"{LABELS}/labels --background none",
    "labels, other background": f"{LABELS}/labels --background rest,stir",
    "labels as ZIP": f"{LABELS}/labels.zip",
    "segments in seconds": f"{LABELS}/seconds --rate 10",
    "segments in frames": f"{LABELS}/frames",
}


def over_clips(clips: list[str]) -> dict[str, dict[str, str]]:
    """{command: {setting: words}} of those that write a result for each clip; `clips` are all that there are."""
    every = " ".join(clips)
    asked = {
        "match": (MATCH, every),
        "heatmap": (HEATMAP, f"{LANTERNS} {PEOPLE} parade"),
        "align": (ALIGN, every),
        "segment": ({"usual": ""}, every),
        "localize": (LOCALIZE, "crowd story throw parade"),
        "follow": (FOLLOW, "crowd parade"),
        "spectral": (SPECTRAL, "parade tiles lamps crowd"),
    }
    return {
        name: {setting: f"{name} {of} {words} --out {{out}} --forms json,npz" for setting, words in table.items()}
        for name, (table, of) in asked.items()
    }


def others() -> dict[str, dict[str, str]]:
    """{group: {name: words}} of everything else that the command line does."""
    film = "--out {out} --forms json,mp4 --quiet"
    made = "--out {group}/made --forms json,npz"
    reports = {
        "made": f"match tiles --count 4 {made}",
        "made of two": f"align push throw {made}",
        "drawn": "report {group}/made --out {out}/report.html --zip {out}/report.zip",
        "checked": "report {group}/made --check",
    }
    return {
        "films": {
            "match": f"match tiles --count 4 {film}",
            "heatmap": f"heatmap throw {film}",
            "align": f"align push throw {film}",
            "localize": f"localize crowd --every 24 {film}",
            "follow": f"follow crowd --count 12 --across 12 {film}",
        },
        "evaluate": EVALUATED,
        "world": {words: f"world {words} --out {{out}}" for words in WORLD},
        "report": reports,
        "selftest": {"usual": "selftest", "another seed": "selftest --seed 7"},
        "printed": {words: words for words in WITHOUT_FOLDER},
        "refused": {words: words for words in REFUSED},
        "help": {"all": "--help"} | {name: f"{name} --help" for name in (*COMMANDS, "serve", "train")},
    }
