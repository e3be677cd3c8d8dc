"""What a page's session remembers, as a test asks for it.

remembered(app, Reported).draft.report
"""

from typing import TypeVar

from streamlit.testing.v1 import AppTest

from vizcore.player.session import name_of

Kind = TypeVar("Kind")


def remembered(app: AppTest, kind: type[Kind]) -> Kind:
    """The session's own instance of a class; a new one where it has none."""
    return app.session_state[name_of(kind)] if name_of(kind) in app.session_state else kind()
