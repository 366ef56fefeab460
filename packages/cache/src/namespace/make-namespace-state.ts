import { busMissing } from "../errors.ts";
import { namespaceForm } from "../loading/namespace-form.ts";
import type { ManagedMemory } from "../memory/managed-memory.ts";
import type { ResolvedCacheOptions } from "../options/cache-options.ts";
import type { NamespaceOptions } from "../options/namespace-options.ts";
import { resolveNamespaceOptions } from "../options/resolve-namespace-options.ts";
import type { CacheBooks } from "../recording/cache-books.ts";
import { KnownIdsKeeper } from "./known-ids-keeper.ts";
import type { NamespaceParts } from "./namespace-parts.ts";
import { NamespaceState } from "./namespace-state.ts";

/** What all namespaces of a cache have in common. */
export interface NamespaceCommons
  extends Pick<
    NamespaceParts,
    | "closure"
    | "hitClock"
    | "invalidator"
    | "isClosed"
    | "newToken"
    | "refreshes"
    | "tiers"
    | "track"
  > {
  readonly options: ResolvedCacheOptions;
  readonly managed: ManagedMemory;
  readonly books: CacheBooks;
  /** Resolves when the bus is followed. */
  readonly ready: Promise<void>;
}

/**
 * @param given left out: those of `createCache({ namespaces })`
 * @throws StreamGateError `SG_CACHE_BAD_OPTION`, `SG_CACHE_BUS_MISSING`
 */
export function makeNamespaceState(
  name: string,
  given: NamespaceOptions | undefined,
  commons: NamespaceCommons,
): NamespaceState {
  const { options, managed, books, tiers, ready, ...handed } = commons;
  const { clock, random, tierTimeoutMs } = options;
  const shared = tiers.map((tier) => tier.name);
  const usedTiers = options.memory === undefined ? shared : ["memory", ...shared];
  // A namespace may be called "constructor".
  const configured = Object.hasOwn(options.namespaces, name) ? options.namespaces[name] : {};
  const resolved = resolveNamespaceOptions(name, given ?? configured ?? {}, usedTiers);
  const [firstShared] = shared;
  const isDeaf = options.bus === undefined && !options.isAlone;
  if (resolved.knownIds !== undefined && firstShared !== undefined && isDeaf) {
    throw busMissing(firstShared);
  }
  const index = managed.tier.addNamespace(name);
  const book = books.add(name, (keyHash, sizeBytes) => managed.curve.record(keyHash, sizeBytes));
  return new NamespaceState({
    ...handed,
    name,
    options: resolved,
    memory: managed.tier,
    index,
    clock,
    random,
    tierTimeoutMs,
    tiers: tiers.filter((tier) => (resolved.tierTtlMs.get(tier.name) ?? 0) > 0),
    form: namespaceForm(resolved, (from, to) => book.compressed(from, to)),
    record: book,
    knownIds:
      resolved.knownIds === undefined
        ? undefined
        : new KnownIdsKeeper(resolved.knownIds, clock, ready),
    popular: (limit) => books.popular(name, limit),
  });
}
