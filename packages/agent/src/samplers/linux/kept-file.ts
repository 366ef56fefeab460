import { closeSync, openSync, read, readSync } from "node:fs";

const BUFFER_BYTES = 64 * 1024;
const shared: Buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

/**
 * A file of `/proc` or `/sys` that is kept open and read from its start again and again: the kernel writes it anew at each
 * reading. That takes 1–10 µs; opening it each time takes 10–30, and `readFile` of `fs/promises` 150–200.
 */
export class KeptFile {
  private descriptor: number | undefined;
  private own: Buffer | undefined;
  private isReading = false;

  private constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  /** @returns undefined where there is no such file or it may not be read */
  static open(path: string): KeptFile | undefined {
    try {
      const file = new KeptFile(openSync(path, "r"));
      if (file.readNow() !== undefined) return file;
      file.close();
      return undefined;
    } catch {
      return undefined;
    }
  }

  /** For what the kernel has at hand. @returns undefined where it cannot be read any more */
  readNow(): string | undefined {
    if (this.descriptor === undefined) return undefined;
    try {
      return shared.toString("latin1", 0, readWhole(this.descriptor));
    } catch {
      return undefined;
    }
  }

  /** On the thread pool, for what the kernel may first have to add up. @returns undefined where it cannot be read any more */
  read(): Promise<string | undefined> {
    const { descriptor } = this;
    if (descriptor === undefined || this.isReading) return Promise.resolve(undefined);
    this.own ??= Buffer.allocUnsafeSlow(BUFFER_BYTES / 4);
    const buffer = this.own;
    this.isReading = true;
    return new Promise((resolve) => {
      read(descriptor, buffer, 0, buffer.length, 0, (error, length) => {
        this.isReading = false;
        if (this.descriptor === undefined) closeSync(descriptor);
        resolve(error === null ? buffer.toString("latin1", 0, length) : undefined);
      });
    });
  }

  close(): void {
    const { descriptor } = this;
    this.descriptor = undefined;
    // A reading that is under way closes it at its end: its number must not become another file's meanwhile.
    if (descriptor !== undefined && !this.isReading) closeSync(descriptor);
  }
}

/** The kernel gives a table, such as that of the network interfaces, in parts of at most 4 KB. @returns bytes, of the first 64 KB */
function readWhole(descriptor: number): number {
  let length = 0;
  while (length < BUFFER_BYTES) {
    const more = readSync(descriptor, shared, length, BUFFER_BYTES - length, length);
    if (more === 0) break;
    length += more;
  }
  return length;
}
