"""Runs a server for as long as standard input is open: whoever started it may die as it likes, the server goes too.
A line of standard input is the name of a signal that the server gets: SIGSTOP.

Usage: keeper.py PROGRAM [ARGUMENT...]
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    # A Ctrl-C in the terminal reaches the whole process group; the end of standard input is what counts.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())

    def stop_with_parent() -> None:
        for line in sys.stdin.buffer:
            server.send_signal(signal.Signals[line.decode().strip()])
        server.send_signal(signal.SIGCONT)
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()

    threading.Thread(target=stop_with_parent, daemon=True).start()
    return server.wait()


# Not sys.exit: the thread that reads standard input would make the interpreter abort, and hide how the server ended.
code = main()
os._exit(code if code >= 0 else 128 - code)
