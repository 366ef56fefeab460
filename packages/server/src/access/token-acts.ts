import type { IssuedToken, TokenInfo } from "@streamgate/contract";
import { formatDuration, systemClock } from "@streamgate/core";
import type { CommandCall } from "../command-line/command.ts";
import { nearest } from "../configuration/nearest.ts";
import type { Settings } from "../configuration/settings.ts";
import { badSetting, usageError } from "../errors.ts";
import { openStorePool } from "../platform/store-pool.ts";
import { oneLine } from "../report/text/layout.ts";
import { openStore, openStoreServer } from "../store/open-store.ts";
import { processActor } from "../store/process-actor.ts";
import { createBuckets } from "./buckets.ts";
import { createSecretHashes } from "./secret-hashes.ts";
import { openTokens, type Tokens } from "./tokens.ts";

/** What an act of `streamgate tokens` tells. */
interface TokenActResult {
  readonly json: unknown;
  readonly text: string;
}

type TokenAct = (
  tokens: Tokens,
  word: string | undefined,
  settings: Settings,
) => Promise<TokenActResult>;

const LONGEST_NAME = 100;
const LONGEST_GRACE_MS = 7 * 24 * 3_600_000;
const SHORTEST_MS = 60_000;
const LONGEST_MS = 10 * 365 * 24 * 3_600_000;

const ACTS: ReadonlyMap<string, TokenAct> = new Map(
  Object.entries<TokenAct>({
    list: async (tokens) => {
      const items = await tokens.list();
      const lines = items.map(lineOf);
      return {
        json: { items },
        text: lines.length === 0 ? "No token is good." : lines.join("\n"),
      };
    },
    create: async (tokens, name, settings) => {
      if (name === undefined || name.length > LONGEST_NAME || oneLine(name).trim() === "")
        throw usageError("make a token", "it has no name, or one that is too long", USAGE);
      const scope = settings.oneOf("scope", ["read", "act"]) ?? "read";
      const expiresMs = durationWithin(settings, "expires", SHORTEST_MS, LONGEST_MS);
      const expiry =
        expiresMs === undefined ? {} : { expiresInSeconds: Math.round(expiresMs / 1_000) };
      return told(await tokens.create({ name, scopes: [scope], ...expiry }, processActor()));
    },
    rotate: async (tokens, id, settings) => {
      const graceMs = durationWithin(settings, "grace", 0, LONGEST_GRACE_MS) ?? 0;
      return told(await tokens.rotate(idOf(id), graceMs, processActor()));
    },
    revoke: async (tokens, id) => {
      const info = await tokens.revoke(idOf(id), processActor());
      return { json: info, text: `Revoked: ${lineOf(info)}` };
    },
  }),
);

const USAGE = "see `streamgate tokens --help`";

/** Runs an act on the tokens of the store. @throws StreamGateError `SG_SERVER_USAGE`, `SG_SERVER_TOKEN_NOT_FOUND` */
export async function runTokenAct(call: CommandCall): Promise<TokenActResult> {
  const [name = "list", word] = call.positionals;
  const act = ACTS.get(name);
  if (act === undefined) throw unknownAct(name);
  const storeUrl = call.settings.text("store");
  // Opened first: it brings the schema up to date.
  const store = await openStore(storeUrl, call.folder);
  try {
    const server = await openStoreServer(storeUrl, call.folder);
    const tables = openStorePool(() => server.locate());
    try {
      const tokens = openTokens({
        tables,
        clock: systemClock,
        hashes: createSecretHashes(),
        mistakes: createBuckets({ burst: 1, perSecond: 1 }, () => systemClock.monotonicMs()),
        onEnded: () => undefined,
      });
      return await act(tokens, word, call.settings);
    } finally {
      await tables.close();
      await server.release();
    }
  } finally {
    await store.close();
  }
}

function told({ token, info }: IssuedToken): TokenActResult {
  return { json: { token, info }, text: `${token}\nShown this once. ${lineOf(info)}` };
}

function lineOf({
  id,
  name,
  scopes,
  expiresAt,
  lastUsedAt,
  createdAt,
  createdBy,
}: TokenInfo): string {
  const may = scopes.includes("act") ? "act" : "read";
  const until = expiresAt === null ? "for ever" : `until ${expiresAt}`;
  const used = lastUsedAt === null ? "never used" : `last used ${lastUsedAt}`;
  return `${id}  ${oneLine(name)}  ${may}  ${until}  ${used}  made ${createdAt} by ${oneLine(createdBy)}`;
}

function idOf(word: string | undefined): string {
  if (word !== undefined) return word;
  throw usageError("find a token", "no id was given", "list them with `streamgate tokens list`");
}

function durationWithin(
  settings: Settings,
  name: string,
  leastMs: number,
  mostMs: number,
): number | undefined {
  const ms = settings.durationMs(name);
  if (ms === undefined || (ms >= leastMs && ms <= mostMs)) return ms;
  throw badSetting(
    `--${name}`,
    `${formatDuration(ms)} is too short or too long`,
    `use ${formatDuration(leastMs)} to ${formatDuration(mostMs)}`,
  );
}

function unknownAct(word: string): Error {
  const near = nearest(word, [...ACTS.keys()]);
  return usageError(
    `run \`streamgate tokens ${word}\``,
    "there is no such act",
    near === undefined ? USAGE : `did you mean \`streamgate tokens ${near}\`?`,
  );
}
