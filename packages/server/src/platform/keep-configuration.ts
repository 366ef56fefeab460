import type { Clock } from "@streamgate/core";
import type { PlatformConfiguration } from "./platform-configuration.ts";

/** What came of reading the configuration again. */
export interface ReloadOutcome {
  readonly outcome: "reloaded" | "unchanged";
  /** What of it counts from the next start. */
  readonly waiting: readonly string[];
}

/** The configuration of the moment. */
export interface KeptConfiguration {
  readonly now: () => PlatformConfiguration;
  readonly loadedAtMs: () => number;
  /** One after another, however many ask. @throws whatever is wrong with what was read; then nothing changed */
  reload(): Promise<ReloadOutcome>;
}

export interface KeepConfigurationOptions {
  readonly read: () => Promise<PlatformConfiguration>;
  /** Goes on by the configuration that is in force from now. Where it fails it is called again with the one before. */
  readonly takeOver: (configuration: PlatformConfiguration) => Promise<void>;
  readonly clock: Clock;
}

/** Reads the configuration, and keeps it until another one is taken over. */
export async function keepConfiguration({
  read,
  takeOver,
  clock,
}: KeepConfigurationOptions): Promise<KeptConfiguration> {
  let inForce = await read();
  let loadedAtMs = clock.now().getTime();
  let tail: Promise<unknown> = Promise.resolve();

  const reload = async (): Promise<ReloadOutcome> => {
    const before = inForce;
    const { configuration, waiting } = whileRunning(before, await read());
    if (isSame(before, configuration)) return { outcome: "unchanged", waiting };
    // In force first: a part that is made anew meanwhile is made by it.
    inForce = configuration;
    try {
      await takeOver(configuration);
    } catch (error) {
      inForce = before;
      await takeOver(before);
      throw error;
    }
    loadedAtMs = clock.now().getTime();
    return { outcome: "reloaded", waiting };
  };
  return {
    now: () => inForce,
    loadedAtMs: () => loadedAtMs,
    reload: () => {
      const result = tail.then(reload);
      tail = result.catch(() => undefined);
      return result;
    },
  };
}

/** Where both were read from files, their digests tell; channels hold secrets that are not to be seen in them. */
function isSame(one: PlatformConfiguration, other: PlatformConfiguration): boolean {
  if (one.digest !== undefined || other.digest !== undefined) return one.digest === other.digest;
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * What a server can become while it runs. Where it listens stays as it is, and so does whether it is open to everybody: that was
 * weighed for the address on which it listens.
 */
export function whileRunning(
  before: PlatformConfiguration,
  next: PlatformConfiguration,
): { readonly configuration: PlatformConfiguration; readonly waiting: readonly string[] } {
  const { host, port, isOpen, trustedProxies } = before.access;
  const kept = { host, port, isOpen, trustedProxies };
  const waiting = Object.entries(kept).flatMap(([key, value]) =>
    isAlike(value, next.access[key as keyof typeof kept])
      ? []
      : [key === "isOpen" ? "access.open" : `access.${key}`],
  );
  const { history } = before.watch;
  if (!isAlike(history, next.watch.history)) waiting.push("history");
  const { trustedProxies: _, ...access } = next.access;
  return {
    configuration: {
      ...next,
      watch: { ...next.watch, history },
      access: {
        ...access,
        host,
        port,
        isOpen,
        ...(trustedProxies === undefined ? {} : { trustedProxies }),
      },
    },
    waiting,
  };
}

function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
