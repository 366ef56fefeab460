import type { Clock } from "@streamgate/core";
import type { Platform } from "../platform/platform.ts";
import type { AccessConfiguration } from "../platform/platform-configuration.ts";
import type { StorePool } from "../platform/store-pool.ts";
import type { Store } from "../store/store.ts";
import { isLoopback, neighbourhoodOf } from "./addresses.ts";
import { type Allowance, createBuckets } from "./buckets.ts";
import { noGoodToken, openBeyondLoopback, tooMany } from "./errors.ts";
import { countTokens, tellFirstToken } from "./first-token.ts";
import type { Gate } from "./gate.ts";
import { createGate } from "./guarded-gate.ts";
import { createOpenIdSignIn, type OpenIdSignIn } from "./openid-sign-in.ts";
import { createSecretHashes } from "./secret-hashes.ts";
import { openSessions } from "./sessions.ts";
import { createSignIn, type SignIn } from "./sign-in.ts";
import { openTokens, type Tokens } from "./tokens.ts";

/** Who may come in, and what keeps all others out. */
export interface Access {
  readonly gate: Gate;
  readonly tokens: Tokens;
  readonly signIn: SignIn;
  readonly openId: OpenIdSignIn;
  readonly tables: StorePool;
  /** That of the moment. */
  configuration(): AccessConfiguration;
  /** Where people sign in at their issuer; null where that is not set up. */
  singleSignOnUrl(): string | null;
  /** Counts a request of an address, before anything else is done for it. @throws ApiRefusal 429 */
  count(address: string): void;
  /** @throws StreamGateError where it would let in everybody from everywhere, or nobody at all */
  refuseUnsafeListening(): Promise<void>;
  /** Tells the token of a store that has never had one, this once. */
  tellFirstToken(tell: (token: string) => void): Promise<void>;
}

interface AccessOptions {
  readonly configuration: () => AccessConfiguration;
  readonly tables: StorePool;
  readonly store: Pick<Store, "note">;
  readonly clock: Clock;
  /** @default `DEFAULT_ALLOWANCES` */
  readonly allowances?: Allowances;
}

/** How often what may be done; an address of many viewers behind one proxy is one address. */
interface Allowances {
  readonly address: Allowance;
  readonly principal: Allowance;
  readonly wrongTokens: Allowance;
  readonly signIns: Allowance;
}

const DEFAULT_ALLOWANCES: Allowances = {
  address: { burst: 3_000, perSecond: 600 },
  principal: { burst: 2_000, perSecond: 400 },
  wrongTokens: { burst: 10, perSecond: 0.2 },
  signIns: { burst: 20, perSecond: 0.5 },
};

/** The access to a platform. */
export function accessOf(platform: Platform): Access {
  return createAccess({
    configuration: () => platform.configuration().access,
    tables: platform.tables,
    store: platform.store,
    clock: platform.clock,
  });
}

function createAccess(options: AccessOptions): Access {
  const { configuration, tables, store, clock, allowances = DEFAULT_ALLOWANCES } = options;
  const bucketsOf = (allowance: Allowance): ReturnType<typeof createBuckets> =>
    createBuckets(allowance, () => clock.monotonicMs());
  const hashes = createSecretHashes();
  const sessions = openSessions(tables, clock);
  const tokens = openTokens({
    tables,
    clock,
    hashes,
    mistakes: bucketsOf(allowances.wrongTokens),
    onEnded: (id) => sessions.forgetToken(id),
  });
  const addresses = bucketsOf(allowances.address);
  return {
    gate: createGate({
      configuration,
      tokens,
      sessions,
      requests: bucketsOf(allowances.principal),
    }),
    tokens,
    signIn: createSignIn({
      configuration,
      tokens,
      sessions,
      store,
      clock,
      attempts: bucketsOf(allowances.signIns),
    }),
    openId: createOpenIdSignIn(clock),
    tables,
    configuration,
    singleSignOnUrl: () => (configuration().openId === undefined ? null : "/sign-in/openid"),
    count: (address) => {
      const waitMs = addresses.take(neighbourhoodOf(address));
      if (waitMs > 0) throw tooMany("requests from your address", waitMs);
    },
    refuseUnsafeListening: async () => {
      const { host, isOpen, openId } = configuration();
      if (isLoopback(host)) return;
      if (isOpen) throw openBeyondLoopback(host);
      const { all, good } = await countTokens(tables, clock);
      // The first one is about to be made.
      if (all > 0 && good === 0 && openId === undefined) throw noGoodToken(host);
    },
    tellFirstToken: (tell) => tellFirstToken({ tables, clock, hashes }, tell),
  };
}
