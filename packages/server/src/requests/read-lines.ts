import { StringDecoder } from "node:string_decoder";

/** A line with its number, from 1. */
export interface NumberedLine {
  readonly number: number;
  /** Null where the line is longer than can be kept. */
  readonly text: string | null;
}

/** A longer line is no request. */
export const LONGEST_LINE: number = 32 * 1024 * 1024;

/** The lines of a stream, one in memory at a time, but for empty ones; the last one needs no end. */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<NumberedLine> {
  const decoder = new StringDecoder("utf8");
  let waiting = "";
  let isTooLong = false;
  let number = 0;
  const take = (text: string): NumberedLine | undefined => {
    number += 1;
    const line = isTooLong ? null : (waiting + text).replace(/^\uFEFF/, "").trim();
    waiting = "";
    isTooLong = false;
    return line === "" ? undefined : { number, text: line };
  };
  for await (const chunk of source) {
    const parts = decoder.write(Buffer.from(chunk)).split("\n");
    const last = parts.pop() ?? "";
    for (const part of parts) {
      const line = take(part);
      if (line !== undefined) yield line;
    }
    waiting += last;
    if (waiting.length > LONGEST_LINE) {
      isTooLong = true;
      waiting = "";
    }
  }
  const line = take(decoder.end());
  if (line !== undefined) yield line;
}
