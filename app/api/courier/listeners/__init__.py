"""What this face does when something happens in the house; importing this package registers all of it."""

from importlib import import_module
from pkgutil import iter_modules

for _business in iter_modules(__path__):
    import_module(f"{__name__}.{_business.name}")
