import type { SecretReference } from "../watching/secret-reference.ts";
import type { AccessConfiguration, FigureObjectives } from "./platform-configuration.ts";

/** A database as a file gives it. */
export interface DatabaseEntry {
  readonly name: string;
  readonly url: SecretReference;
  readonly lab?: SecretReference;
  /** Standbys of the database. @default none */
  readonly replicas?: readonly SecretReference[];
  /** @default 10_000 */
  readonly intervalMs?: number;
  /** @default 21_600_000 (six hours) */
  readonly adviseEveryMs?: number;
}

/** A Redis as a file gives it. */
export interface RedisEntry {
  readonly name: string;
  readonly url: SecretReference;
  /** @default 10_000 */
  readonly intervalMs?: number;
}

type OpenId = NonNullable<AccessConfiguration["openId"]>;

/** Who may come in, as a file says it. */
export interface AccessEntry {
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** @default 4600 */
  readonly port?: number;
  /** @default false */
  readonly open?: boolean;
  /** @default [] */
  readonly hostNames?: readonly string[];
  /** @default [] */
  readonly trustedProxies?: readonly string[];
  readonly openId?: Omit<OpenId, "clientSecret" | "actors"> & {
    readonly clientSecret: SecretReference;
    /** @default [] */
    readonly actors?: readonly string[];
  };
}

/** The keys of a watch file that are the platform's. Secrets are references still. */
export interface PlatformEntries {
  readonly databases?: readonly DatabaseEntry[] | undefined;
  readonly redis?: readonly RedisEntry[] | undefined;
  readonly prometheus?: { readonly url: string; readonly token?: SecretReference } | undefined;
  readonly access?: AccessEntry | undefined;
  readonly objectives?: Partial<FigureObjectives> | undefined;
}
