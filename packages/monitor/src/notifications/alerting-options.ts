import type { IncidentLimits } from "../incidents/assign-incidents.ts";
import type { Channel } from "./channel.ts";
import { badNotificationOption } from "./errors.ts";
import { checkPolicy, type EscalationPolicy, type Person } from "./escalation/policy.ts";
import { DEFAULT_INHIBITIONS } from "./muting/default-inhibitions.ts";
import { createInhibitor, type Inhibition } from "./muting/inhibition.ts";
import { createMaintenance, type MaintenanceWindow } from "./muting/maintenance-window.ts";
import { type Rota, resolveRota } from "./on-call/rota.ts";
import type { AlertingRules } from "./pass.ts";
import { channelsToTell } from "./queue/channel-trouble.ts";
import { RETENTION_DEFAULTS, type Retention } from "./queue/housekeeping.ts";
import type { RateLimitOptions } from "./queue/rate-limit.ts";
import type { RetryLimits } from "./queue/settle.ts";
import { createRouter, type ResolvedRoute, type Route } from "./routing/route.ts";

/** What follows an alert, as data. */
export interface AlertingOptions {
  /** @default none: alerts are recorded and shown, and nobody is told */
  readonly channels?: readonly Channel[];
  /** Where alerts go. @default everything to all channels, grouped by service */
  readonly route?: Route;
  /** @default DEFAULT_INHIBITIONS: a target that is down keeps its other alerts quiet */
  readonly inhibitions?: readonly Inhibition[];
  /** @default [] */
  readonly maintenance?: readonly MaintenanceWindow[];
  /** @default [] */
  readonly people?: readonly Person[];
  /** @default [] */
  readonly rotas?: readonly Rota[];
  /** @default [] */
  readonly escalations?: readonly EscalationPolicy[];
  /** When alerts are one incident. @default within 10 minutes, over after 2 quiet minutes, at most 20 at a time */
  readonly incidents?: Partial<IncidentLimits>;
  /** @default first after 1 s, doubling to 1 minute, refusals for 5 minutes */
  readonly retry?: Partial<RetryLimits>;
  /** Messages by each channel. @default 20 at once, then one a second */
  readonly rateLimit?: Partial<RateLimitOptions>;
  /** A notification that could not be sent for so long becomes a dead letter. @default 3 hours */
  readonly giveUpAfterMs?: number;
  /** One try to send takes no longer. @default 10_000 */
  readonly sendTimeoutMs?: number;
  /** @default notifications and silences 30 days, incidents and changes 400 days */
  readonly retention?: Partial<Retention>;
}

/** The options, checked and ready to be followed. */
export interface ResolvedAlerting {
  readonly channels: readonly Channel[];
  readonly rules: AlertingRules;
  readonly retry: RetryLimits;
  readonly rateLimit: RateLimitOptions;
  readonly sendTimeoutMs: number;
  readonly retention: Retention;
  readonly rotas: readonly Rota[];
}

const DEFAULTS = {
  incidents: { mergeWithinMs: 10 * 60_000, quietMs: 2 * 60_000, mostOpen: 20 },
  retry: {
    firstMs: 1_000,
    longestMs: 60_000,
    longestAskedMs: 10 * 60_000,
    refusalGiveUpAfterMs: 5 * 60_000,
  },
  rateLimit: { burst: 20, everyMs: 1_000 },
  giveUpAfterMs: 3 * 3_600_000,
  sendTimeoutMs: 10_000,
} as const;

/** @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` that names the bad key and value */
export function resolveAlerting(options: AlertingOptions): ResolvedAlerting {
  const channels = options.channels ?? [];
  const names = uniqueNames("channels", channels);
  const people = byName("people", options.people ?? []);
  const rotas = byName("rotas", options.rotas ?? []);
  const policies = byName("escalations", options.escalations ?? []);
  for (const { name, channels: own } of people.values())
    for (const channel of own) known(`people ${name}.channels`, channel, names, "a channel");
  for (const rota of rotas.values()) {
    resolveRota(rota);
    for (const person of rota.people)
      known(`rota ${rota.name}.people`, person, new Set(people.keys()), "a person");
  }
  for (const policy of policies.values()) checkPolicy(policy, { rotas, people, channels: names });
  const router = createRouter(options.route ?? { channels: [...names] });
  for (const route of router.routes.values()) checkRoute(route, names, new Set(policies.keys()));
  const positive = (name: string, value: number): number => {
    if (Number.isFinite(value) && value > 0) return value;
    throw badNotificationOption(name, value, "a number above 0");
  };
  const all = <Fields extends object>(place: string, fields: Fields): Fields => {
    for (const [name, value] of Object.entries(fields)) positive(`${place}.${name}`, Number(value));
    return fields;
  };
  return {
    channels,
    rules: {
      telling: {
        router,
        channelsFor: (named, alerts) => channelsToTell(named, [...names], alerts),
      },
      inhibitor: createInhibitor(options.inhibitions ?? DEFAULT_INHIBITIONS),
      maintenance: (options.maintenance ?? []).map(createMaintenance),
      escalation: {
        rotas,
        people,
        policies,
        policyOf: ({ labels }) =>
          router.routesOf(labels).find(({ escalation }) => escalation !== undefined)?.escalation,
      },
      incidents: all("incidents", { ...DEFAULTS.incidents, ...options.incidents }),
      giveUpAfterMs: positive("giveUpAfterMs", options.giveUpAfterMs ?? DEFAULTS.giveUpAfterMs),
    },
    retry: all("retry", { ...DEFAULTS.retry, ...options.retry }),
    rateLimit: all("rateLimit", { ...DEFAULTS.rateLimit, ...options.rateLimit }),
    sendTimeoutMs: positive("sendTimeoutMs", options.sendTimeoutMs ?? DEFAULTS.sendTimeoutMs),
    retention: all("retention", { ...RETENTION_DEFAULTS, ...options.retention }),
    rotas: [...rotas.values()],
  };
}

function checkRoute(
  route: ResolvedRoute,
  channels: ReadonlySet<string>,
  policies: ReadonlySet<string>,
): void {
  const place = `route ${route.id}`;
  for (const channel of route.channels) known(`${place}.channels`, channel, channels, "a channel");
  if (route.escalation !== undefined)
    known(`${place}.escalation`, route.escalation, policies, "an escalation policy");
  const times = ["groupWaitMs", "groupIntervalMs", "repeatIntervalMs"] as const;
  for (const name of times)
    if (!(Number.isFinite(route[name]) && route[name] >= 0))
      throw badNotificationOption(`${place}.${name}`, route[name], "a time of at least 0 ms");
  if (!(Number.isInteger(route.mostGroups) && route.mostGroups >= 1))
    throw badNotificationOption(`${place}.mostGroups`, route.mostGroups, "a whole number from 1");
}

function known(place: string, name: string, names: ReadonlySet<string>, what: string): void {
  if (!names.has(name)) throw badNotificationOption(place, name, `the name of ${what}`);
}

function uniqueNames(place: string, named: readonly { readonly name: string }[]): Set<string> {
  return new Set(byName(place, named).keys());
}

function byName<Named extends { readonly name: string }>(
  place: string,
  named: readonly Named[],
): Map<string, Named> {
  const found = new Map<string, Named>();
  for (const one of named) {
    if (found.has(one.name)) throw badNotificationOption(place, one.name, "named once");
    found.set(one.name, one);
  }
  return found;
}
