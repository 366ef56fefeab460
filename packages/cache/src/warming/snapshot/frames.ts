import { crc32 } from "node:zlib";

/**
 * A snapshot is a head of 8 bytes (`SGCSNAP` and the version) and frames: the length of the body, the CRC-32 of the body and
 * the CRC-32 of these two, 32 bits each, little-endian; then the body. The second sum makes a length that was torn or
 * turned known before it is believed.
 */
const HEAD: Buffer = Buffer.from("SGCSNAP\u0001", "latin1");
const FRAME_HEAD_BYTES = 12;
/** No body is longer. */
export const LONGEST_BODY_BYTES: number = 2 ** 30;

/** Why the frames ended. `torn`: cut off or damaged; what came before is whole. */
export type FramesEnd = "complete" | "torn" | "not a snapshot" | "of another version";

export function head(): Buffer {
  return Buffer.from(HEAD);
}

/** The parts of a body, with their frame's head before them. */
export function frame(...body: readonly Buffer[]): readonly Buffer[] {
  const frameHead = Buffer.alloc(FRAME_HEAD_BYTES);
  const length = body.reduce((sum, part) => sum + part.length, 0);
  frameHead.writeUInt32LE(length, 0);
  frameHead.writeUInt32LE(
    body.reduce((sum, part) => crc32(part, sum), 0),
    4,
  );
  frameHead.writeUInt32LE(crc32(frameHead.subarray(0, 8)), 8);
  return [frameHead, ...body];
}

/** Reads frames from chunks of any size. A source that fails counts as torn there. */
export class FrameReader {
  /** Known when the bodies have come to their end; the reader of the bodies knows what is complete. */
  end: FramesEnd = "torn";
  private readonly chunks: AsyncIterator<Uint8Array>;
  private held: Buffer[] = [];
  private heldBytes = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** The bodies one after another. Who keeps one, or a part, must copy it: it is a view on a whole chunk. */
  async *bodies(): AsyncGenerator<Buffer> {
    try {
      if (!(await this.readHead())) return;
      for (;;) {
        const body = await this.nextBody();
        if (body === undefined) return;
        yield body;
      }
    } finally {
      await this.chunks.return?.().catch(() => undefined);
    }
  }

  private async readHead(): Promise<boolean> {
    const found = await this.take(HEAD.length);
    if (found?.equals(HEAD) === true) return true;
    const isSnapshot = found?.subarray(0, -1).equals(HEAD.subarray(0, -1)) === true;
    this.end = isSnapshot ? "of another version" : "not a snapshot";
    return false;
  }

  private async nextBody(): Promise<Buffer | undefined> {
    const frameHead = await this.take(FRAME_HEAD_BYTES);
    if (frameHead === undefined) return undefined;
    if (crc32(frameHead.subarray(0, 8)) !== frameHead.readUInt32LE(8)) return undefined;
    const length = frameHead.readUInt32LE(0);
    if (length > LONGEST_BODY_BYTES) return undefined;
    const body = await this.take(length);
    return body !== undefined && crc32(body) === frameHead.readUInt32LE(4) ? body : undefined;
  }

  /** The next bytes; undefined where there are fewer. */
  private async take(length: number): Promise<Buffer | undefined> {
    while (this.heldBytes < length) {
      const next = await this.chunks.next().catch(() => undefined);
      if (next === undefined || next.done === true) return undefined;
      const { buffer, byteOffset, byteLength } = next.value;
      this.held.push(Buffer.from(buffer, byteOffset, byteLength));
      this.heldBytes += byteLength;
    }
    const [first] = this.held;
    const all = first !== undefined && this.held.length === 1 ? first : Buffer.concat(this.held);
    this.held = [all.subarray(length)];
    this.heldBytes -= length;
    return all.subarray(0, length);
  }
}
