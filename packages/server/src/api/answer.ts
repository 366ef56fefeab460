import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { type BrotliOptions, brotliCompress, constants, gzip } from "node:zlib";

/** An answer as it goes out. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const brotliOf = promisify(brotliCompress);
const gzipOf = promisify(gzip);
/** Below this, compressing costs more than it saves. */
const LEAST_BYTES = 1_000;
/** Quick levels: answers are made anew each time. */
const BROTLI_QUALITY = 4;
const GZIP = { level: 5 };
/** log2 of the window of brotli, in bytes. */
const LEAST_WINDOW = 14;
const MOST_WINDOW = 22;

/** A representation as bytes: what is asked for again is hashed and compressed once. */
export interface Prepared {
  readonly plain: Buffer;
  readonly etag: string;
  readonly packed: (encoding: "br" | "gzip") => Promise<Buffer>;
}

export function prepare(text: string): Prepared {
  const plain = Buffer.from(text);
  const packs = new Map<string, Promise<Buffer>>();
  return {
    plain,
    etag: `W/"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
    packed: (encoding) => {
      const known = packs.get(encoding);
      if (known !== undefined) return known;
      const packed =
        encoding === "br" ? brotliOf(plain, brotliFor(plain.length)) : gzipOf(plain, GZIP);
      packs.set(encoding, packed);
      return packed;
    },
  };
}

/** The window is what memory is taken for: 4 MB where nothing is said of it, for whatever is to be compressed. */
function brotliFor(bytes: number): BrotliOptions {
  const window = Math.min(MOST_WINDOW, Math.max(LEAST_WINDOW, Math.ceil(Math.log2(bytes))));
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: window,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes,
    },
  };
}

/** A representation with its validator, compressed as whoever asks can read it. */
export async function answerOf(
  status: number,
  contentType: string,
  { plain, etag, packed }: Prepared,
  asked: { readonly ifNoneMatch: string | undefined; readonly acceptEncoding: string | undefined },
): Promise<Answer> {
  const headers = {
    "content-type": contentType,
    etag,
    vary: "accept-encoding, cookie, authorization",
  };
  if (status === 200 && matches(asked.ifNoneMatch, etag))
    return { status: 304, headers: { etag, vary: headers.vary }, body: undefined };
  const encoding = plain.length < LEAST_BYTES ? undefined : preferredEncoding(asked.acceptEncoding);
  if (encoding === undefined) return { status, headers, body: plain };
  const body = await packed(encoding);
  return { status, headers: { ...headers, "content-encoding": encoding }, body };
}

/** Weak comparison (RFC 9110, 8.8.3.2). */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const bare = (tag: string): string => tag.trim().replace(/^W\//, "");
  return (
    ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((tag) => bare(tag) === bare(etag))
  );
}

/** The first of brotli and gzip that is not refused (RFC 9110, 12.5.3). */
export function preferredEncoding(acceptEncoding: string | undefined): "br" | "gzip" | undefined {
  const weights = new Map<string, number>();
  for (const part of (acceptEncoding ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    const quality = parameters.find((one) => one.startsWith("q="))?.slice(2);
    weights.set(name, quality === undefined ? 1 : Number(quality) || 0);
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get("*") ?? 0;
  return (["br", "gzip"] as const).find((name) => weightOf(name) > 0);
}
