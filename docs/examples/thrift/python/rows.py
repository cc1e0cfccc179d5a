#!/usr/bin/env python3
"""Clean rows through HBase's Thrift 1 server: one row, all of a prefix, or page by page.

    rows.py HOST:PORT get TABLE ROW           one object
    rows.py HOST:PORT scan TABLE PREFIX       one object a line
    rows.py HOST:PORT page TABLE PREFIX SIZE  one list a line: a page

Run ../prepare first; it wants Debian's python3-thrift. A row is an object of its key (row) and its
columns (family:qualifier); a column without a value is absent.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "gen"))

from hbase import Hbase  # noqa: E402
from hbase.ttypes import TScan  # noqa: E402
from thrift.protocol import TBinaryProtocol  # noqa: E402
from thrift.transport import TSocket, TTransport  # noqa: E402

ROWS_PER_CALL = 500


def readable(row):
    """All values are UTF-8 texts."""
    columns = {name.decode(): cell.value.decode() for name, cell in row.columns.items()}
    return {"row": row.row.decode(), **columns}


def after(prefix):
    """The first key behind all that begin so."""
    shorter = prefix.rstrip(b"\xff")
    return shorter[:-1] + bytes([shorter[-1] + 1]) if shorter else None


class Rows:
    def __init__(self, client, table):
        self.client = client
        self.table = table.encode()

    def get(self, key):
        found = self.client.getRow(self.table, key.encode(), {})
        return readable(found[0]) if found else None

    def scan(self, prefix):
        """One scanner over everything; it lives in the server as long as it is read."""
        scanner = self.client.scannerOpenWithPrefix(self.table, prefix.encode(), [], {})
        try:
            while rows := self.client.scannerGetList(scanner, ROWS_PER_CALL):
                yield from map(readable, rows)
        finally:
            self.client.scannerClose(scanner)

    def pages(self, prefix, size):
        """A scanner for each page, from the key after the last: the server remembers nothing."""
        start, stop = prefix.encode(), after(prefix.encode())
        while True:
            scan = TScan(startRow=start, stopRow=stop, caching=size)
            scanner = self.client.scannerOpenWithScan(self.table, scan, {})
            try:
                rows = self.client.scannerGetList(scanner, size)
            finally:
                self.client.scannerClose(scanner)
            if rows:
                yield [readable(row) for row in rows]
            if len(rows) < size:
                return
            start = rows[-1].row + b"\0"


def main(address, task, table, key, size="10"):
    host, port = address.rsplit(":", 1)
    transport = TTransport.TBufferedTransport(TSocket.TSocket(host, int(port)))
    transport.open()
    try:
        rows = Rows(Hbase.Client(TBinaryProtocol.TBinaryProtocol(transport)), table)
        if task == "get":
            answers = [rows.get(key)]
        elif task == "scan":
            answers = rows.scan(key)
        elif task == "page":
            answers = rows.pages(key, int(size))
        else:
            sys.exit(__doc__)
        for answer in answers:
            print(json.dumps(answer, ensure_ascii=False))
    finally:
        transport.close()


if __name__ == "__main__":
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    main(*sys.argv[1:])
