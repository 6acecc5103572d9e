"""A finished run as one self-contained HTML page.

`sample` chooses the documents, `passages` makes each fit, `overview` counts the whole run and `build` makes the page
of `report.html`, `report.css` and the scripts beside it.
"""
