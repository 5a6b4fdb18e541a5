"""The pages for clerks: what the service offers, in a browser, built by the service itself.

`table` is the one table of pages; `html` fills their templates; each module beside them is one concern and calls the library as
the operations of the HTTP interface do. Every page works without JavaScript; htmx only sends a form before its button is pressed.
"""
