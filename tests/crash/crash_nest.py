"""Starts servers quickly: the program is loaded once, then every server is a fork of it that runs `haidang serve`.

Loading the program takes longer than all else at a start and touches no data; done anew for each of hundreds of kills
it would be most of the test. A fork is a process of its own: `kill -9` takes it and nothing else.

Speaks lines on standard input and output: `{"args": [...], "log": path}` starts a server and is answered by its number;
when one dies the answer is `{"dead": number, "status": exit code or minus the signal}`.
"""

import json
import os
import sys
import threading


def serve_child(args: list[str], log: str) -> None:
    """Run the command in the forked child; never returns."""
    from haidang.cli.main import main

    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.setsid()
    code = 1
    try:
        code = main(args)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Load the program, then start servers until standard input ends."""
    import numpy as np

    import haidang.api.app
    import haidang.cli.serving  # noqa: F401
    from haidang.core.columns import Positions
    from haidang.events.watch import Watch

    times = np.arange(3) * 3_600_000_000
    Watch().update(Positions.build(["a"], np.zeros(3), times, np.full(3, 15.0), np.full(3, 110.0)), 4 * 3_600_000_000)
    assert threading.active_count() == 1, "a fork of a program with threads is not safe"
    print("{}", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            serve_child(order["args"], order["log"])
        print(json.dumps({"pid": pid}), flush=True)
        # One server at a time: whoever ordered it ends it before the next.
        _, status = os.waitpid(pid, 0)
        print(json.dumps({"dead": pid, "status": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
