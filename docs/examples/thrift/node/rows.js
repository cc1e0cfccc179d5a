#!/usr/bin/env node
// Clean rows through HBase's Thrift 2 server: one row, all of a prefix, or page by page.
//
//   rows.js HOST:PORT get TABLE ROW           one object
//   rows.js HOST:PORT scan TABLE PREFIX       one object a line
//   rows.js HOST:PORT page TABLE PREFIX SIZE  one list a line: a page
//
// Run ../prepare first. A row is an object of its key (row) and its columns (family:qualifier); a
// column without a value is absent.
'use strict';

const thrift = require('thrift');
const HBase = require('./gen/THBaseService');
const { TGet, TScan } = require('./gen/hbase_types');

const ROWS_PER_CALL = 500;

// All values are UTF-8 texts.
function readable(result) {
  const row = { row: text(result.row) };
  for (const { family, qualifier, value } of result.columnValues) {
    row[`${text(family)}:${text(qualifier)}`] = text(value);
  }
  return row;
}

function text(bytes) {
  return Buffer.from(bytes).toString('utf8');
}

// The first key behind all that begin so.
function after(prefix) {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) {
    end--;
  }
  if (end === 0) {
    return undefined;
  }
  const next = Buffer.from(prefix.subarray(0, end));
  next[end - 1]++;
  return next;
}

class Rows {
  constructor(client, table) {
    this.client = client;
    this.table = Buffer.from(table);
  }

  async get(key) {
    const found = await this.client.get(this.table, new TGet({ row: Buffer.from(key) }));
    return found.row == null ? null : readable(found);
  }

  // One scanner over everything; it lives in the server as long as it is read.
  async *scan(prefix) {
    const scanner = await this.client.openScanner(this.table, this.#range(prefix, ROWS_PER_CALL));
    try {
      for (;;) {
        const rows = await this.client.getScannerRows(scanner, ROWS_PER_CALL);
        if (rows.length === 0) {
          return;
        }
        yield* rows.map(readable);
      }
    } finally {
      await this.client.closeScanner(scanner);
    }
  }

  // One call for each page, from the key after the last: the server remembers nothing.
  async *pages(prefix, size) {
    const scan = this.#range(prefix, size);
    for (;;) {
      const rows = await this.client.getScannerResults(this.table, scan, size);
      if (rows.length > 0) {
        yield rows.map(readable);
      }
      if (rows.length < size) {
        return;
      }
      scan.startRow = Buffer.concat([rows[rows.length - 1].row, Buffer.from([0])]);
    }
  }

  #range(prefix, caching) {
    const startRow = Buffer.from(prefix);
    return new TScan({ startRow, stopRow: after(startRow), caching });
  }
}

async function print(rows, task, key, size) {
  if (task === 'get') {
    console.log(JSON.stringify(await rows.get(key)));
    return;
  }
  for await (const answer of task === 'scan' ? rows.scan(key) : rows.pages(key, size)) {
    console.log(JSON.stringify(answer));
  }
}

async function main([address, task, table, key, size = '10']) {
  if (!['get', 'scan', 'page'].includes(task) || key === undefined) {
    throw new Error('usage: rows.js HOST:PORT get|scan|page TABLE KEY_OR_PREFIX [SIZE]');
  }
  const colon = address.lastIndexOf(':');
  const connection = thrift.createConnection(
    address.slice(0, colon),
    Number(address.slice(colon + 1)),
    { transport: thrift.TBufferedTransport, protocol: thrift.TBinaryProtocol },
  );
  const failed = new Promise((_, reject) => connection.once('error', reject));
  try {
    const rows = new Rows(thrift.createClient(HBase, connection), table);
    await Promise.race([print(rows, task, key, Number(size)), failed]);
  } finally {
    connection.end();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message || error);
  process.exit(3);
});
