"""The door: application servers import `application`; `python wsgi.py` runs the embedded server."""

import gc

gc.disable()  # half a million objects of code are read and stay: to look through them again and again takes a third of the start

if __name__ == "__main__":
    from app.server import serve

    gc.freeze()
    gc.enable()
    serve()  # builds its application in a process of its own
else:
    from app import create_app

    application = app = create_app()
    gc.freeze()
    gc.enable()
