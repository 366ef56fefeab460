import { createHash } from "node:crypto";
import type { Scope } from "@streamgate/contract";
import type { Clock } from "@streamgate/core";
import type { StorePool } from "../platform/store-pool.ts";
import { createRemembered } from "./remembered.ts";
import { makeSecret } from "./token-text.ts";

/** As whom a browser has signed in. */
type SessionOwner =
  | {
      readonly kind: "token";
      readonly id: string;
      readonly name: string;
      readonly scopes: readonly Scope[];
    }
  | { readonly kind: "person"; readonly name: string };

export interface BrowserSession {
  readonly owner: SessionOwner;
  /** It ends then, however much it is used. */
  readonly expiresAtMs: number;
}

/** The browsers that have signed in. */
export interface Sessions {
  /** @returns what the browser keeps, and until when */
  begin(owner: NewSession): Promise<{ readonly secret: string; readonly expiresAtMs: number }>;
  /** Known for up to 30 s without asking the store, and for a quarter of an hour where the store does not answer. */
  find(secret: string): Promise<BrowserSession | undefined>;
  end(secret: string): Promise<void>;
  /** Looks again at the sessions of a token. */
  forgetToken(id: string): void;
}

export type NewSession =
  | { readonly token: string; readonly expiresAtMs: number | null }
  | { readonly person: string };

const HOUR_MS = 3_600_000;
const IDLE_MS = 12 * HOUR_MS;
const LONGEST_MS = 7 * 24 * HOUR_MS;
const SEEN_NOTED_EVERY_MS = 5 * 60_000;
const FRESH_MS = 30_000;
const STALE_MS = 15 * 60_000;
const MOST_REMEMBERED = 5_000;
/** Of one token or person; the oldest end first. */
const MOST_SESSIONS = 100;
const SECRET = /^[\w-]{43}$/;

/** hash, token, person, now, expires at */
const INSERT = `
insert into streamgate.sessions (hash, token, person, created_at, seen_at, expires_at)
values ($1, $2, $3, $4, $4, $5)`;
/** now, since when the others are idle */
const DELETE_ENDED = "delete from streamgate.sessions where expires_at <= $1 or seen_at <= $2";
/** token, person, how many stay */
const DELETE_SURPLUS = `
delete from streamgate.sessions where hash in (
  select hash from streamgate.sessions where token = $1 or person = $2
  order by created_at desc offset $3)`;
/** hash, now, since when it is idle */
const FIND = `
select session.token, session.person, session.seen_at, session.expires_at, token.name, token.scopes
from streamgate.sessions session left join streamgate.tokens token on token.id = session.token
where session.hash = $1 and session.expires_at > $2 and session.seen_at > $3
  and (session.token is null or token.revoked_at is null)`;
/** hash, now */
const NOTE_SEEN = `
update streamgate.sessions set seen_at = greatest(seen_at, $2) where hash = $1`;
/** hash */
const DELETE = "delete from streamgate.sessions where hash = $1";

interface SessionRow {
  readonly token: string | null;
  readonly person: string | null;
  readonly seen_at: Date;
  readonly expires_at: Date;
  readonly name: string | null;
  readonly scopes: readonly Scope[] | null;
}

export function openSessions(tables: StorePool, clock: Clock): Sessions {
  const nowMs = (): number => clock.now().getTime();
  const known = createRemembered<BrowserSession>({
    clock,
    freshMs: FRESH_MS,
    staleMs: STALE_MS,
    most: MOST_REMEMBERED,
  });
  const look = async (hash: Buffer): Promise<BrowserSession | undefined> => {
    const at = nowMs();
    const [row] = await tables.query<SessionRow>(FIND, [
      hash,
      new Date(at),
      new Date(at - IDLE_MS),
    ]);
    const owner = row === undefined ? undefined : ownerOf(row);
    if (row === undefined || owner === undefined) return undefined;
    if (at - row.seen_at.getTime() >= SEEN_NOTED_EVERY_MS)
      tables.query(NOTE_SEEN, [hash, new Date(at)]).catch(() => undefined);
    return { owner, expiresAtMs: row.expires_at.getTime() };
  };
  return {
    begin: async (wanted) => {
      const secret = makeSecret();
      const at = nowMs();
      const ofToken = "token" in wanted ? wanted : undefined;
      const token = ofToken?.token ?? null;
      const person = "person" in wanted ? wanted.person : null;
      const expiresAtMs = Math.min(
        at + LONGEST_MS,
        ofToken?.expiresAtMs ?? Number.POSITIVE_INFINITY,
      );
      await tables.transaction(async (query) => {
        await query(DELETE_ENDED, [new Date(at), new Date(at - IDLE_MS)]);
        await query(INSERT, [hashOf(secret), token, person, new Date(at), new Date(expiresAtMs)]);
        await query(DELETE_SURPLUS, [token, person, MOST_SESSIONS]);
      });
      return { secret, expiresAtMs };
    },
    find: async (secret) => {
      if (!SECRET.test(secret)) return undefined;
      const hash = hashOf(secret);
      const session = await known.of(hash.toString("base64url"), () => look(hash));
      return session === undefined || nowMs() >= session.expiresAtMs ? undefined : session;
    },
    end: async (secret) => {
      const hash = hashOf(secret);
      const key = hash.toString("base64url");
      try {
        await tables.query(DELETE, [hash]);
      } finally {
        known.forget((_, one) => one === key);
      }
    },
    forgetToken: (id) => known.forget(({ owner }) => owner.kind === "token" && owner.id === id),
  };
}

function ownerOf({ token, person, name, scopes }: SessionRow): SessionOwner | undefined {
  if (person !== null) return { kind: "person", name: person };
  if (token === null || name === null || scopes === null) return undefined;
  return { kind: "token", id: token, name, scopes };
}

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
