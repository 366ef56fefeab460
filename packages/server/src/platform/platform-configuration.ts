import type { WatchPlan } from "../watching/watch-plan.ts";

/** A PostgreSQL whose statements, indexes and connections are watched. */
export interface WatchedDatabase {
  /** Unique among the databases; the label `database` of its series, and the target of its findings. */
  readonly name: string;
  readonly url: string;
  /** Where proofs run; rows are copied into an embedded PostgreSQL where it is absent. */
  readonly labUrl?: string;
  /** Its standbys, whose use of indexes counts as the primary's does. Absent for none. */
  readonly replicaUrls?: readonly string[];
  /** How often counters are read, in ms. */
  readonly intervalMs: number;
  /** How often indexes and findings are looked for, in ms; 0: only when somebody asks. */
  readonly adviseEveryMs: number;
}

/** A Redis whose memory, hits and commands are watched. */
export interface WatchedRedis {
  readonly name: string;
  readonly url: string;
  readonly intervalMs: number;
}

/** Who may come in, and from where. */
export interface AccessConfiguration {
  readonly host: string;
  readonly port: number;
  /** Whether everybody on the loopback address is let in; never true beyond it. */
  readonly isOpen: boolean;
  /** Names beside the loopback ones under which the server may be asked: `streamgate.example`. */
  readonly hostNames: readonly string[];
  /** Addresses or networks of proxies in front whose `X-Forwarded-…` headers are believed: `10.0.0.0/8`. @default none */
  readonly trustedProxies?: readonly string[];
  /** Sign-in of people by OpenID Connect. */
  readonly openId?: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
    /** Of this server, as browsers reach it. */
    readonly publicUrl: string;
    /** Whose claim gives whom the scope `act`; all others have `read`. */
    readonly actors: readonly string[];
    /** Who may sign in: addresses or `@domain`. */
    readonly allowed: readonly string[];
  };
}

/** What the six figures should be. */
export interface FigureObjectives {
  /** @default 50 */
  readonly latencyP95Ms: number;
  /** @default 0.001 */
  readonly errorShare: number;
  /** @default 0.98 */
  readonly cacheHitRatio: number;
  /** @default 10 */
  readonly databaseMeanMs: number;
  /** Of the cores that a process may use. @default 0.5 */
  readonly cpuRatio: number;
  /** Of a process. @default 500 MB (500 × 1,024²) */
  readonly memoryBytes: number;
}

export const DEFAULT_OBJECTIVES: FigureObjectives = {
  latencyP95Ms: 50,
  errorShare: 0.001,
  cacheHitRatio: 0.98,
  databaseMeanMs: 10,
  cpuRatio: 0.5,
  memoryBytes: 500 * 1_024 ** 2,
};

/** All that the platform is made of: a configuration file with its secrets read. */
export interface PlatformConfiguration {
  /** Null where there is no file: the demo. */
  readonly path: string | null;
  readonly watch: WatchPlan;
  readonly databases: readonly WatchedDatabase[];
  readonly redis: readonly WatchedRedis[];
  /** A Prometheus whose series are read beside the own ones. */
  readonly prometheus: { readonly url: string; readonly token?: string } | null;
  readonly access: AccessConfiguration;
  readonly objectives: FigureObjectives;
  /** Of the file and the secrets it leads to: two that are alike say the same. */
  readonly digest?: string;
}
