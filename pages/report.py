"""What was seen, how was it made, and will somebody else get the same? Views in one file that opens anywhere."""

from vizcore.features.report.page import page

page()
