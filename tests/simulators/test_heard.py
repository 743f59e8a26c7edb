"""Output whose reader has enough."""

import os

from simulators.heard import Heard


def test_output_goes_on_when_nobody_reads_it_any_more() -> None:
    reads, writes = os.pipe()
    with open(writes, "w", encoding="utf-8") as stream:
        heard = Heard(stream)
        print("first", file=heard, flush=True)
        assert os.read(reads, 100) == b"first\n"
        os.close(reads)
        print("second", file=heard, flush=True)
        assert heard.write("third") == 5
        assert not heard.isatty()
        assert heard.encoding == stream.encoding
        assert heard.fileno() == writes
