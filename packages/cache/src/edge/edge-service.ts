/** The services that the cache can purge by tag. */
export const EDGE_SERVICES = ["varnish", "fastly", "cloudflare", "cloudfront", "akamai"] as const;
export type EdgeService = (typeof EDGE_SERVICES)[number];

/** How one service wants its tags. */
export interface EdgeTagRules {
  /** The response header that carries the keys. */
  readonly headerName: string;
  readonly separator: " " | ",";
  /** Keys of these characters stand as they are; every other byte is escaped. */
  readonly literal: RegExp;
  /** Bytes of keys and separators that a page may carry, below the documented limit by a margin. */
  readonly maxHeaderBytes: number;
  /** Bytes of one header line; a longer header is split into several lines where the service joins them. */
  readonly maxLineBytes: number;
  /** Keys that a page may carry. */
  readonly maxKeys: number;
  /**
   * Bits of the tag's hash that name its bucket, a level each, finest first. A purge costs one key
   * more a level; the buckets of the last level together always fit into the header.
   */
  readonly bucketBits: readonly number[];
}

/**
 * Limits and alphabets as the services document them.
 *
 * - Varnish, vmod_xkey: keys apart by spaces or commas, several headers allowed
 *   (https://github.com/varnish/varnish-modules/blob/master/src/vmod_xkey.vcc); varnishd takes a header
 *   line of 8 KB and 32 KB in all by default (`http_resp_hdr_len`, `http_resp_size`).
 * - Fastly: 0x21–0x7E, 1,024 bytes a key, 16,384 bytes a header, what is over is ignored
 *   (https://www.fastly.com/documentation/reference/http/http-headers/Surrogate-Key).
 * - Cloudflare: printable ASCII without spaces, regardless of case, 1,024 characters a tag when purging,
 *   16 KB and about 1,000 tags (https://developers.cloudflare.com/cache/how-to/purge-cache/purge-by-tags/).
 * - CloudFront: visible ASCII without comma, regardless of case, 256 characters a tag, 50 tags an object,
 *   in the header that the distribution's `CacheTagConfig` names
 *   (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-tags.html).
 *   Paths treat `~`, `*` and `%` in ways of their own; tags avoid them.
 * - Akamai: characters of a token (no colon, no at sign), 128 characters a tag, 128 tags an object, one header
 *   (https://techdocs.akamai.com/purge-cache/docs/assign-cache-tags); all reply headers share 8,192 bytes.
 */
export const EDGE_TAG_RULES: Readonly<Record<EdgeService, EdgeTagRules>> = {
  varnish: {
    headerName: "xkey",
    separator: " ",
    literal: /^[A-Za-z0-9.:#@/-]+$/,
    maxHeaderBytes: 16_000,
    maxLineBytes: 7_800,
    maxKeys: Number.POSITIVE_INFINITY,
    bucketBits: [25, 14, 10],
  },
  fastly: {
    headerName: "Surrogate-Key",
    separator: " ",
    literal: /^[A-Za-z0-9.:#@/-]+$/,
    maxHeaderBytes: 16_000,
    maxLineBytes: 16_000,
    maxKeys: Number.POSITIVE_INFINITY,
    bucketBits: [25, 14, 10],
  },
  cloudflare: {
    headerName: "Cache-Tag",
    separator: ",",
    literal: /^[a-z0-9.:#@/-]+$/,
    maxHeaderBytes: 16_000,
    maxLineBytes: 16_000,
    maxKeys: 1_000,
    bucketBits: [25, 14, 9],
  },
  cloudfront: {
    headerName: "Cache-Tag",
    separator: ",",
    literal: /^[a-z0-9.:/-]+$/,
    maxHeaderBytes: 8_000,
    maxLineBytes: 8_000,
    maxKeys: 50,
    bucketBits: [9, 5],
  },
  akamai: {
    headerName: "Edge-Cache-Tag",
    separator: ",",
    literal: /^[A-Za-z0-9.#-]+$/,
    maxHeaderBytes: 6_000,
    maxLineBytes: 6_000,
    maxKeys: 128,
    bucketBits: [25, 10, 6],
  },
};
