import type { FieldsQuery, Figure, Instant, PageQuery, Scope, SourceHealth } from "./basics.ts";

export interface Health {
  readonly status: "ok" | "degraded" | "failing";
  readonly version: string;
  readonly checks: readonly {
    readonly name: string;
    readonly status: "ok" | "degraded" | "failing";
    readonly detail: string;
  }[];
}

export interface Session {
  /** Null: nobody has signed in. */
  readonly principal: Principal | null;
  /** Whether this server lets everybody on the loopback address in. */
  readonly isOpen: boolean;
  /** Address at which people sign in by OpenID Connect; null where that is not set up. */
  readonly singleSignOnUrl: string | null;
  /** To be sent as `x-streamgate-csrf` with every request of the session that changes something. */
  readonly csrfToken: string | null;
}

/** Whoever asks. */
export interface Principal {
  readonly kind: "token" | "person" | "loopback";
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Instant | null;
}

export interface SignInRequest {
  /**
   * @minLength 1
   * @maxLength 400
   */
  readonly token: string;
}

export interface TokenInfo {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}

export interface TokenList {
  readonly items: readonly TokenInfo[];
}

export interface NewTokenRequest {
  /**
   * @minLength 1
   * @maxLength 100
   */
  readonly name: string;
  /** @minItems 1 */
  readonly scopes: readonly Scope[];
  /**
   * How long it is good for; for ever where it is absent.
   *
   * @minimum 60
   * @maximum 315360000
   */
  readonly expiresInSeconds?: number;
}

export interface IssuedToken {
  /** Told this once, kept only as a hash. */
  readonly token: string;
  readonly info: TokenInfo;
}

export interface RotateRequest {
  /**
   * How long the old secret is still good for.
   *
   * @minimum 0
   * @maximum 604800
   * @default 0
   */
  readonly graceSeconds?: number;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: Instant;
  readonly actor: string;
  readonly act: string;
  readonly target: string;
  readonly finding: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditPage {
  readonly items: readonly AuditEntry[];
  readonly next: string | null;
}

export interface AuditQuery extends PageQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly target?: string;
  /** @maxLength 200 */
  readonly actor?: string;
  /** @maxLength 200 */
  readonly act?: string;
}

/** What StreamGate itself is and costs. */
export interface StatusView {
  readonly version: string;
  readonly startedAt: Instant;
  readonly instance: string;
  /** Whether this instance tells, records and does the jobs. */
  readonly isLeading: boolean;
  readonly sources: readonly SourceHealth[];
  readonly process: {
    readonly cpu: Figure;
    readonly memory: Figure;
    readonly eventLoopDelayP99: Figure;
  };
  /** Processes that this one started: embedded servers, twins, labs. */
  readonly children: readonly {
    readonly name: string;
    readonly pid: number;
    readonly memory: Figure;
  }[];
  /** What the agents in the watched processes cost there. */
  readonly agents: readonly { readonly instance: string; readonly cpu: Figure }[];
  readonly store: {
    readonly address: string;
    readonly isEmbedded: boolean;
    readonly schemaVersion: number;
    readonly history: {
      readonly size: Figure;
      readonly limitBytes: number;
      readonly series: number;
      readonly tiers: readonly {
        readonly stepMs: number;
        readonly bytes: number;
        readonly oldestAt: Instant | null;
        readonly retentionMs: number;
      }[];
    } | null;
  };
  readonly viewers: number;
  readonly requests: Figure;
  /** What the monitor counts of itself. */
  readonly points: {
    readonly written: number;
    readonly waiting: number;
    readonly dropped: number;
  } | null;
}

/** What the configuration says, with nothing secret in it. */
export interface ConfigurationView {
  readonly path: string | null;
  readonly loadedAt: Instant;
  readonly configuration: Readonly<Record<string, unknown>>;
}

export interface ReloadResult {
  readonly outcome: "reloaded" | "unchanged" | "refused";
  /** Why it was refused, or what of it waits for a restart. */
  readonly detail: string;
}

export type NoQuery = FieldsQuery;

export interface SystemOperations {
  /** Whether this server and its parts are well. */
  readonly getHealth: {
    readonly method: "GET";
    readonly path: "/health";
    readonly scope: "none";
    readonly result: Health;
  };
  /** Whether this server can do its work: 503 while it cannot. */
  readonly getReadiness: {
    readonly method: "GET";
    readonly path: "/ready";
    readonly scope: "none";
    readonly result: Health;
  };
  /** Who asks, and what they may. */
  readonly getSession: {
    readonly method: "GET";
    readonly path: "/session";
    readonly scope: "none";
    readonly result: Session;
  };
  /** Signs a browser in: the answer sets a cookie. */
  readonly signIn: {
    readonly method: "POST";
    readonly path: "/session";
    readonly scope: "none";
    readonly body: SignInRequest;
    readonly result: Session;
  };
  /** Signs a browser out. */
  readonly signOut: {
    readonly method: "DELETE";
    readonly path: "/session";
    readonly scope: "none";
    readonly result: Session;
  };
  /** The tokens that are good, without their secrets. */
  readonly listTokens: {
    readonly method: "GET";
    readonly path: "/tokens";
    readonly scope: "act";
    readonly result: TokenList;
  };
  /** Makes a token. Its secret is told this once. */
  readonly createToken: {
    readonly method: "POST";
    readonly path: "/tokens";
    readonly scope: "act";
    readonly status: 201;
    readonly body: NewTokenRequest;
    readonly result: IssuedToken;
  };
  /** Gives a token another secret. */
  readonly rotateToken: {
    readonly method: "POST";
    readonly path: "/tokens/:id/rotate";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly body: RotateRequest;
    readonly result: IssuedToken;
  };
  /** Makes a token worthless at once. */
  readonly revokeToken: {
    readonly method: "DELETE";
    readonly path: "/tokens/:id";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly result: TokenInfo;
  };
  /** Every act, with who did it. The latest first. */
  readonly listAuditEntries: {
    readonly method: "GET";
    readonly path: "/audit";
    readonly scope: "read";
    readonly query: AuditQuery;
    readonly result: AuditPage;
  };
  /** What StreamGate itself is and costs, and how fresh its sources are. */
  readonly getStatus: {
    readonly method: "GET";
    readonly path: "/status";
    readonly scope: "read";
    readonly query: NoQuery;
    readonly result: StatusView;
  };
  /** The configuration in force, secrets left out. */
  readonly getConfiguration: {
    readonly method: "GET";
    readonly path: "/configuration";
    readonly scope: "read";
    readonly result: ConfigurationView;
  };
  /** Reads the configuration file again. One that is wrong changes nothing. */
  readonly reloadConfiguration: {
    readonly method: "POST";
    readonly path: "/configuration/reload";
    readonly scope: "act";
    readonly result: ReloadResult;
  };
}
