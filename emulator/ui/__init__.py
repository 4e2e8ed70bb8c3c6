"""Pages for people over the control data: the documents in Swagger UI.

Flask is loaded here, by the first who opens a page.
It must not know handlers, gates or the world.
"""
