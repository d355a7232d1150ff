"""The door: application servers import `application`; `python wsgi.py` runs the embedded server."""

if __name__ == "__main__":
    from app.server import serve

    serve()  # builds its application in a process of its own
else:
    from app import create_app

    application = app = create_app()
