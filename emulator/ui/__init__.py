"""Pages for people over the control API: the dashboard of the stage, and the documents in Swagger UI.

A page asks the control API as its visitor would, from within; it shows nothing that has no operation there.
Flask is loaded here, by the first who opens a page.
It must not know handlers, gates or the world's rooms.
"""
