"""`coolwind serve`: the reference chat service."""

import argparse

APPLICATION = "coolwind.app:create_app"


def run(options: argparse.Namespace) -> int:
    """Serve until a signal ends it. The name of the application is a text: the simulator does
    not import the core."""
    import uvicorn

    uvicorn.run(APPLICATION, factory=True, host=options.host, port=options.port)
    return 0
