import { createHash } from "node:crypto";
import { isLoopback } from "../access/addresses.ts";
import { badSetting } from "../errors.ts";
import {
  readSecret,
  type SecretReference,
  type SecretSources,
} from "../watching/secret-reference.ts";
import { readWatchFile, type WatchFile } from "../watching/watch-file.ts";
import { watchPlanOf } from "../watching/watch-plan.ts";
import {
  type AccessConfiguration,
  DEFAULT_OBJECTIVES,
  type PlatformConfiguration,
  type WatchedDatabase,
  type WatchedRedis,
} from "./platform-configuration.ts";
import type { AccessEntry, DatabaseEntry, RedisEntry } from "./platform-entries.ts";

/** What the command line says; it wins over the file. */
export interface ServeFlags {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly isOpen?: boolean | undefined;
}

const DEFAULTS = {
  host: "127.0.0.1",
  port: 4600,
  intervalMs: 10_000,
  adviseEveryMs: 6 * 3_600_000,
} as const;

/**
 * Reads the file of `streamgate serve` and the secrets that it refers to.
 *
 * @throws StreamGateError `SG_SERVER_BAD_SETTING` that names the place in the file, never with a secret in it
 */
export async function readPlatformConfiguration(
  path: string,
  environment: SecretSources["environment"],
  flags: ServeFlags = {},
): Promise<PlatformConfiguration> {
  const digest = createHash("sha256");
  const file = await readWatchFile(path);
  digest.update(JSON.stringify([file, flags]));
  const sources: SecretSources = {
    environment,
    folder: file.folder,
    onSecret: (secret) => digest.update(JSON.stringify(secret)),
  };
  return configurationOf(file, flags, sources, digest);
}

async function configurationOf(
  file: WatchFile,
  flags: ServeFlags,
  sources: SecretSources,
  digest: { digest(encoding: "hex"): string },
): Promise<PlatformConfiguration> {
  const { databases = [], redis = [], prometheus, access = {}, objectives = {} } = file.platform;
  const reader = new SecretsOfFile(file.path, sources);
  refuseTwins("databases", databases, file.path);
  refuseTwins("redis", redis, file.path);
  const watch = await watchPlanOf(file, sources);
  return {
    path: file.path,
    watch,
    databases: await inTurn(databases, (entry, index) => databaseOf(entry, index, reader)),
    redis: await inTurn(redis, (entry, index) => redisOf(entry, index, reader)),
    prometheus: prometheus === undefined ? null : await prometheusOf(prometheus, reader),
    access: await accessOf(access, flags, reader),
    objectives: { ...DEFAULT_OBJECTIVES, ...objectives },
    digest: digest.digest("hex"),
  };
}

async function databaseOf(
  { name, url, lab, replicas = [], intervalMs, adviseEveryMs }: DatabaseEntry,
  index: number,
  reader: SecretsOfFile,
): Promise<WatchedDatabase> {
  const place = `databases/${index}`;
  const address = await reader.address(url, `${place}/url`, POSTGRES);
  const labUrl =
    lab === undefined ? {} : { labUrl: await reader.address(lab, `${place}/lab`, POSTGRES) };
  const replicaUrls = await inTurn(replicas, (replica, position) =>
    reader.address(replica, `${place}/replicas/${position}`, POSTGRES),
  );
  return {
    name,
    url: address,
    ...labUrl,
    ...(replicaUrls.length === 0 ? {} : { replicaUrls }),
    intervalMs: intervalMs ?? DEFAULTS.intervalMs,
    adviseEveryMs: adviseEveryMs ?? DEFAULTS.adviseEveryMs,
  };
}

async function redisOf(
  { name, url, intervalMs }: RedisEntry,
  index: number,
  reader: SecretsOfFile,
): Promise<WatchedRedis> {
  return {
    name,
    url: await reader.address(url, `redis/${index}/url`, REDIS),
    intervalMs: intervalMs ?? DEFAULTS.intervalMs,
  };
}

async function prometheusOf(
  { url, token }: { readonly url: string; readonly token?: SecretReference },
  reader: SecretsOfFile,
): Promise<NonNullable<PlatformConfiguration["prometheus"]>> {
  const address = await reader.address(url, "prometheus/url", HTTP);
  if (token === undefined) return { url: address };
  return { url: address, token: await reader.text(token, "prometheus/token") };
}

async function accessOf(
  { host, port, open, hostNames, trustedProxies, openId }: AccessEntry,
  flags: ServeFlags,
  reader: SecretsOfFile,
): Promise<AccessConfiguration> {
  const access: AccessConfiguration = {
    host: flags.host ?? host ?? DEFAULTS.host,
    port: flags.port ?? port ?? DEFAULTS.port,
    isOpen: flags.isOpen === true || open === true,
    hostNames: hostNames ?? [],
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
  };
  if (access.isOpen && !isLoopback(access.host))
    throw badSetting(
      reader.place(flags.isOpen === true ? "--open" : "access/open"),
      `everybody who reaches ${access.host} would be let in`,
      "leave it out and use tokens, or listen on 127.0.0.1",
    );
  if (openId === undefined) return access;
  await reader.address(openId.issuer, "access/openId/issuer", HTTP);
  await reader.address(openId.publicUrl, "access/openId/publicUrl", HTTP);
  const clientSecret = await reader.text(openId.clientSecret, "access/openId/clientSecret");
  return { ...access, openId: { actors: [], ...openId, clientSecret } };
}

interface AddressKind {
  readonly protocols: readonly string[];
  readonly example: string;
}

const POSTGRES: AddressKind = {
  protocols: ["postgres:", "postgresql:"],
  example: "postgresql://user@host/database",
};
const REDIS: AddressKind = { protocols: ["redis:", "rediss:"], example: "redis://host:6379" };
const HTTP: AddressKind = { protocols: ["http:", "https:"], example: "https://host" };

/** Reads secrets and addresses of one file, and names their places where they are wrong. */
class SecretsOfFile {
  readonly #path: string;
  readonly #sources: SecretSources;

  constructor(path: string, sources: SecretSources) {
    this.#path = path;
    this.#sources = sources;
  }

  place(within: string): string {
    return within.startsWith("--") ? within : `${within} in ${this.#path}`;
  }

  text(reference: SecretReference, within: string): Promise<string> {
    return readSecret(reference, this.place(within), this.#sources);
  }

  async address(
    reference: SecretReference,
    within: string,
    { protocols, example }: AddressKind,
  ): Promise<string> {
    const text = await this.text(reference, within);
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
    // What stands there may hold a password: it is not shown.
    throw badSetting(
      this.place(within),
      "it is no address of this sort",
      `write it like ${example}`,
    );
  }
}

function refuseTwins(
  key: string,
  entries: readonly { readonly name: string }[],
  path: string,
): void {
  const seen = new Set<string>();
  for (const [index, { name }] of entries.entries()) {
    if (seen.has(name))
      throw badSetting(
        `${key}/${index}/name in ${path}`,
        `another one is called ${JSON.stringify(name)}`,
        "give each a name of its own",
      );
    seen.add(name);
  }
}

/** One after another, so that the digest of what is read has one order. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) results.push(await work(item, index));
  return results;
}
