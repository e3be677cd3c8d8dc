"""Words of a page as safe HTML: everything is escaped; bold, slanted, code and lists are all that their marks become.

"**one** & <b>" -> "<p><strong>one</strong> &amp; &lt;b&gt;</p>"
"""

import html
import re

CODE = re.compile(r"`([^`\n]+)`")
MARKS = (  # none reads on past where its like begins anew: a text of marks alone takes no longer than its length
    (re.compile(r"\*\*(?=\S)((?:[^*\n]|\*(?!\*))+?)(?<=\S)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"<em>\1</em>"),
    (re.compile(r"\[([^\[\]\n]+)\]\([^)\s\[]*\)"), r"\1"),  # a report links nowhere
)


def marked(text: str) -> str:
    """Paragraphs and lists."""
    parts = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = paragraph.splitlines()
        items = [line.strip()[2:] for line in lines if line.strip().startswith(("- ", "* "))]
        prose = [line for line in lines if not line.strip().startswith(("- ", "* "))]
        parts += [f"<p>{_lines(prose)}</p>"] if prose else []
        parts += [f"<ul>{''.join(f'<li>{inline(item)}</li>' for item in items)}</ul>"] if items else []
    return "\n".join(parts)


def _lines(lines: list[str]) -> str:
    """Lines of one paragraph; one that ends in two blanks breaks."""
    *most, last = lines
    return "".join(f"{inline(line.strip())}{'<br>' if line.endswith('  ') else ''}\n" for line in most) + inline(last)


def inline(text: str) -> str:
    """One line."""
    pieces = CODE.split(html.escape(text))
    for k, piece in enumerate(pieces):
        if k % 2:
            pieces[k] = f"<code>{piece}</code>"
            continue
        for mark, instead in MARKS:
            piece = mark.sub(instead, piece)
        pieces[k] = piece
    return "".join(pieces)
