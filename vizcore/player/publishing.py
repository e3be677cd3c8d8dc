"""Bytes that the browser fetches by an address of this server."""

import streamlit as st


def publish(blob: bytes, mime: str, slot: str) -> str:
    """Put bytes where the browser can fetch them, for as long as this session's runs keep calling this.

    Args:
        blob: what to serve.
        mime: its type, a compressed one (image/jpeg, video/mp4), else every request compresses it anew.
        slot: a name of its own for the place on the page that shows it.

    Returns:
        A URL of this server, under its base path.
    """
    from streamlit.runtime import get_instance

    url = get_instance().media_file_mgr.add(blob, mime, slot)
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{url}" if base else url
