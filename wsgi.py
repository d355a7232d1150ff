"""The door: application servers import `application`; `python wsgi.py` runs the embedded server."""

from app import create_app

application = app = create_app()

if __name__ == "__main__":
    from app.server import serve

    serve()
