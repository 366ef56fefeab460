import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { tooMany } from "./errors.ts";

/** Makes and compares slow hashes of secrets, a few at a time. */
export interface SecretHashes {
  /** @throws ApiRefusal 429 where too many wait already */
  hashOf(secret: string): Promise<string>;
  /** @throws ApiRefusal 429 where too many wait already */
  isOf(secret: string, hash: string): Promise<boolean>;
}

/** 16 MB and about 40 ms each; the numbers stand in each hash, so that they may be raised. */
const COST = { N: 16_384, r: 8, p: 1 };
const LENGTH = 32;
const MOST_AT_ONCE = 2;
const MOST_WAITING = 64;
const RETRY_MS = 1_000;

/** scrypt (RFC 7914), kept as `scrypt$N$r$p$salt$hash`. */
export function createSecretHashes(): SecretHashes {
  const waiting: (() => void)[] = [];
  let running = 0;
  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= MOST_AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw tooMany("tokens that are to be checked", RETRY_MS);
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes over the place.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
  return {
    hashOf: (secret) =>
      inTurn(async () => {
        const salt = randomBytes(16);
        const hash = await derive(secret, salt, COST);
        const { N, r, p } = COST;
        return ["scrypt", N, r, p, salt.toString("base64url"), hash.toString("base64url")].join(
          "$",
        );
      }),
    isOf: (secret, text) =>
      inTurn(async () => {
        const [kind, N, r, p, salt = "", hash = ""] = text.split("$");
        if (kind !== "scrypt") return false;
        const wanted = Buffer.from(hash, "base64url");
        const found = await derive(secret, Buffer.from(salt, "base64url"), {
          N: Number(N),
          r: Number(r),
          p: Number(p),
        });
        return wanted.length === found.length && timingSafeEqual(wanted, found);
      }),
  };
}

function derive(secret: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, LENGTH, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
