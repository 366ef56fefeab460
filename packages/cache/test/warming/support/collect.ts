/** All of a stream in one piece. */
export async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes as a stream, in chunks of this size. */
export async function* stream(bytes: Buffer, chunkBytes = 1_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** How often each reason was given, without those that never were. */
export function given(leftOut: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(leftOut).filter(([, count]) => count > 0));
}
