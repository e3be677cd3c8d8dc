"""What a browser tells of a component, told to a page that runs without one."""

import json

from streamlit.testing.v1 import AppTest


def mounted(app: AppTest, key: str):
    """The component of a name, as it was sent to the browser."""
    return next(element for element in app.get("bidi_component") if element.key == key)


def tell(app: AppTest, key: str, **state) -> AppTest:
    """The page after its next run, which begins with a component's state as a browser would tell it."""
    states = app._tree.get_widget_states()
    widget = states.widgets.add()
    widget.id, widget.json_value = mounted(app, key).proto.id, json.dumps(state)
    return app._run(states)


def linked(app: AppTest, name: str) -> str:
    """What the page's link says under a name."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[-1]
