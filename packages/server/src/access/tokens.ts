import { createHash } from "node:crypto";
import type { IssuedToken, NewTokenRequest, Scope, TokenInfo } from "@streamgate/contract";
import type { Clock } from "@streamgate/core";
import type { StorePool, StoreQuery } from "../platform/store-pool.ts";
import { storableText } from "../store/storable.ts";
import { neighbourhoodOf } from "./addresses.ts";
import { noteWithin } from "./audit-log.ts";
import type { Buckets } from "./buckets.ts";
import { tokenUnknown, tooMany, tooManyTokens } from "./errors.ts";
import { createRemembered } from "./remembered.ts";
import type { SecretHashes } from "./secret-hashes.ts";
import * as sql from "./token-queries.ts";
import {
  makeSecret,
  makeTokenParts,
  parseToken,
  type TokenParts,
  tokenText,
} from "./token-text.ts";

/** A token that was shown, and is good. */
interface GoodToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAtMs: number | null;
}

/** The tokens of a store: who may ask without being a person. */
export interface Tokens {
  /**
   * The token that a text is, where it is good: known for up to 30 s without asking the store, and for a quarter of an hour
   * where the store does not answer.
   *
   * @throws ApiRefusal 429 for too many wrong ones from an address
   */
  check(text: string, address: string): Promise<GoodToken | undefined>;
  /** Those that are good, the latest first. */
  list(): Promise<readonly TokenInfo[]>;
  /** @throws StreamGateError `SG_SERVER_BAD_TOKEN_COUNT` */
  create(request: NewTokenRequest, actor: string): Promise<IssuedToken>;
  /** Another secret for a token; the old one and its sessions end after the grace. @throws StreamGateError `SG_SERVER_TOKEN_NOT_FOUND` */
  rotate(id: string, graceMs: number, actor: string): Promise<IssuedToken>;
  /** Ends a token and its sessions. @throws StreamGateError `SG_SERVER_TOKEN_NOT_FOUND` */
  revoke(id: string, actor: string): Promise<TokenInfo>;
}

export interface TokensOptions {
  readonly tables: StorePool;
  readonly clock: Clock;
  readonly hashes: SecretHashes;
  /** Of wrong tokens, by address and, where there is such a token, by its id. */
  readonly mistakes: Buckets;
  /** Hears whose secret or right has changed. */
  readonly onEnded: (id: string) => void;
}

/** A revoked token works no longer than this in other instances. */
const FRESH_MS = 30_000;
const STALE_MS = 15 * 60_000;
const MOST_REMEMBERED = 1_000;
const MOST_TOKENS = 1_000;
/** How exactly it is known when a token was used last. */
const USE_NOTED_EVERY_MS = 5 * 60_000;

export function openTokens(options: TokensOptions): Tokens {
  const { tables, clock, hashes, mistakes, onEnded } = options;
  const nowMs = (): number => clock.now().getTime();
  const known = createRemembered<KnownToken>({
    clock,
    freshMs: FRESH_MS,
    staleMs: STALE_MS,
    most: MOST_REMEMBERED,
  });
  const ended = (id: string): void => {
    known.forget((token) => token.id === id);
    onEnded(id);
  };
  /** Wrong secrets are counted for each token apart: nobody keeps others out by sending nonsense from the same address. */
  const find = async (
    parts: TokenParts,
    address: string,
    isKnown: boolean,
  ): Promise<KnownToken | undefined> => {
    const row = await readSecret(tables, parts, nowMs());
    const place = neighbourhoodOf(address);
    const key = row === undefined ? place : `${place} ${row.id}`;
    const waitMs = isKnown ? 0 : mistakes.take(key);
    if (waitMs > 0) throw tooMany("wrong tokens from your address", waitMs);
    if (row === undefined) return undefined;
    const found = await goodTokenOf(row, parts, hashes, nowMs());
    if (found === undefined) return undefined;
    if (!isKnown) mistakes.giveBack(key);
    noteUse(tables, found, nowMs());
    return found;
  };
  return {
    check: async (text, address) => {
      const parts = parseToken(text);
      if (parts === undefined) return find(NOBODY, address, false);
      const key = digestOf(text);
      const token = await known.of(key, () => find(parts, address, known.has(key)));
      if (token === undefined || nowMs() >= (token.goodUntilMs ?? Number.POSITIVE_INFINITY))
        return undefined;
      return token;
    },
    list: async () =>
      (await tables.query<TokenRow>(sql.LIST_TOKENS, [new Date(nowMs())])).map(infoOf),
    create: async (request, actor) => {
      const parts = makeTokenParts();
      const hash = await hashes.hashOf(parts.secret);
      return tables.transaction(async (query) => {
        const at = nowMs();
        await query(sql.HOLD_TOKENS);
        const [standing] = await query<{ readonly good: number }>(sql.COUNT_TOKENS, [new Date(at)]);
        if ((standing?.good ?? 0) >= MOST_TOKENS) throw tooManyTokens(MOST_TOKENS);
        const { expiresInSeconds } = request;
        const row = await oneRow(query, sql.INSERT_TOKEN, [
          parts.id,
          storableText(request.name),
          scopesOf(request.scopes),
          hash,
          new Date(at),
          storableText(actor),
          expiresInSeconds === undefined ? null : new Date(at + expiresInSeconds * 1_000),
        ]);
        const info = infoOf(row);
        const { id, name, scopes, expiresAt } = info;
        await noteWithin(query, {
          actor,
          act: "token created",
          target: `token ${id}`,
          details: { name, scopes, expiresAt },
        });
        return { token: tokenText(parts), info };
      });
    },
    rotate: async (id, graceMs, actor) => {
      const secret = makeSecret();
      const hash = await hashes.hashOf(secret);
      const issued = await tables.transaction(async (query) => {
        const now = new Date(nowMs());
        const until = new Date(now.getTime() + graceMs);
        const row = await oneRow(query, sql.ROTATE_TOKEN, [id, hash, now, until], id);
        await query(sql.END_SESSIONS_OF_TOKEN, [id, until]);
        await noteWithin(query, {
          actor,
          act: "token rotated",
          target: `token ${id}`,
          details: { name: row.name, graceSeconds: graceMs / 1_000 },
        });
        return { token: tokenText({ id, secret }), info: infoOf(row) };
      });
      ended(id);
      return issued;
    },
    revoke: async (id, actor) => {
      const info = await tables.transaction(async (query) => {
        const now = new Date(nowMs());
        const row = await oneRow(query, sql.REVOKE_TOKEN, [id, now], id);
        await query(sql.END_SESSIONS_OF_TOKEN, [id, now]);
        await noteWithin(query, {
          actor,
          act: "token revoked",
          target: `token ${id}`,
          details: { name: row.name },
        });
        return infoOf(row);
      });
      ended(id);
      return info;
    },
  };
}

interface KnownToken extends GoodToken {
  /** Of this secret: an old one ends before its token. */
  readonly goodUntilMs: number | null;
  readonly lastUsedAtMs: number | null;
}

/** What is no token at all counts as a wrong one. */
const NOBODY: TokenParts = { id: "", secret: "" };

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly created_at: Date;
  readonly created_by: string;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
}

interface SecretRow extends TokenRow {
  readonly hash: string;
  readonly old_hash: string | null;
  readonly old_until: Date | null;
}

async function readSecret(
  tables: StorePool,
  { id }: TokenParts,
  nowMs: number,
): Promise<SecretRow | undefined> {
  if (id === "") return undefined;
  const [row] = await tables.query<SecretRow>(sql.FIND_TOKEN, [id, new Date(nowMs)]);
  return row;
}

async function goodTokenOf(
  row: SecretRow,
  { secret }: TokenParts,
  hashes: SecretHashes,
  nowMs: number,
): Promise<KnownToken | undefined> {
  const expiresAtMs = row.expires_at?.getTime() ?? null;
  const token = {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    expiresAtMs,
    lastUsedAtMs: row.last_used_at?.getTime() ?? null,
  };
  if (await hashes.isOf(secret, row.hash)) return { ...token, goodUntilMs: expiresAtMs };
  const oldUntilMs = row.old_until?.getTime() ?? 0;
  if (row.old_hash === null || nowMs >= oldUntilMs) return undefined;
  if (!(await hashes.isOf(secret, row.old_hash))) return undefined;
  return { ...token, goodUntilMs: Math.min(oldUntilMs, expiresAtMs ?? oldUntilMs) };
}

/** Nobody waits for it, and nothing is lost where it fails. */
function noteUse(tables: StorePool, { id, lastUsedAtMs }: KnownToken, nowMs: number): void {
  if (lastUsedAtMs !== null && nowMs - lastUsedAtMs < USE_NOTED_EVERY_MS) return;
  tables.query(sql.NOTE_TOKEN_USE, [id, new Date(nowMs)]).catch(() => undefined);
}

async function oneRow(
  query: StoreQuery,
  text: string,
  values: readonly unknown[],
  id = "",
): Promise<TokenRow> {
  const [row] = await query<TokenRow>(text, values);
  if (row === undefined) throw tokenUnknown(id);
  return row;
}

/** Who may act may read. */
function scopesOf(scopes: readonly Scope[]): readonly Scope[] {
  return scopes.includes("act") ? ["read", "act"] : ["read"];
}

function infoOf(row: TokenRow): TokenInfo {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
