import type { LabelMatcher } from "../../series/point.ts";
import { promDuration } from "./prom-duration.ts";
import { text } from "./promql.ts";
import { Commented, emitYaml, type YamlValue } from "./yaml.ts";

/** A route, as far as Alertmanager knows such things; `Route` of the notifications fits. */
export interface ExportedRoute {
  readonly match?: readonly LabelMatcher[];
  readonly channels?: readonly string[];
  readonly escalation?: string;
  readonly groupBy?: readonly string[];
  readonly groupWaitMs?: number;
  readonly groupIntervalMs?: number;
  readonly repeatIntervalMs?: number;
  readonly tellsResolved?: boolean;
  readonly continues?: boolean;
  readonly routes?: readonly ExportedRoute[];
}

export interface ExportedInhibition {
  readonly name: string;
  readonly source: readonly LabelMatcher[];
  readonly target: readonly LabelMatcher[];
  readonly equal: readonly string[];
}

/** Where Alertmanager reaches a channel. Secrets are better given as files that Alertmanager reads. */
export type ExportedReceiver =
  | { readonly kind: "webhook"; readonly url: string }
  | { readonly kind: "slack"; readonly apiUrlFile: string; readonly channel: string }
  | {
      readonly kind: "email";
      readonly to: string;
      readonly from: string;
      /** `host:port`. */
      readonly smarthost: string;
    }
  | { readonly kind: "pagerduty"; readonly routingKeyFile: string };

export interface AlertmanagerExport {
  /** @default everything to all receivers, grouped by service */
  readonly route?: ExportedRoute;
  /** @default [] */
  readonly inhibitions?: readonly ExportedInhibition[];
  /** By the name of the channel. A channel that is not here becomes a receiver that tells nobody, with a comment. */
  readonly receivers?: Readonly<Record<string, ExportedReceiver>>;
}

const DEFAULT_TIMES = {
  groupWaitMs: 1000,
  groupIntervalMs: 30_000,
  repeatIntervalMs: 4 * 3_600_000,
} as const;

interface Inherited {
  readonly channels: readonly string[];
  readonly tellsResolved: boolean;
}

/**
 * Writes routes, receivers and inhibitions as a configuration of Alertmanager, to be checked by `amtool check-config`.
 * What Alertmanager has no word for (escalation) is a comment where it would stand.
 *
 * @example
 * ```ts
 * import { exportAlertmanagerConfig } from "@streamgate/monitor";
 * const config = exportAlertmanagerConfig({
 *   route: { channels: ["pager"], groupBy: ["service"] },
 *   receivers: { pager: { kind: "webhook", url: "https://pager.example/streamgate" } },
 * });
 * console.log(config);
 * ```
 */
export function exportAlertmanagerConfig({
  route = {},
  inhibitions = [],
  receivers = {},
}: AlertmanagerExport): string {
  const used = new Map<string, YamlValue>();
  const top = {
    channels: route.channels ?? Object.keys(receivers),
    tellsResolved: route.tellsResolved ?? true,
  };
  const root = writeRoute(
    { ...DEFAULT_TIMES, groupBy: ["service"], ...route, match: [] },
    top,
    useReceiver,
  );
  return emitYaml(
    {
      route: root,
      receivers: [...used.values()],
      inhibit_rules: inhibitions.map(writeInhibition),
    },
    "Written by StreamGate. Alertmanager 0.24 or later.",
  );

  /** One receiver for each set of channels: a route of Alertmanager names exactly one. */
  function useReceiver({ channels, tellsResolved }: Inherited): string {
    const name = `${channels.join("+") || "nobody"}${tellsResolved ? "" : " (firing only)"}`;
    if (!used.has(name)) used.set(name, writeReceiver(name, channels, tellsResolved, receivers));
    return name;
  }
}

function writeRoute(
  route: ExportedRoute,
  above: Inherited,
  useReceiver: (inherited: Inherited) => string,
): YamlValue {
  const own: Inherited = {
    channels: route.channels ?? above.channels,
    tellsResolved: route.tellsResolved ?? above.tellsResolved,
  };
  const written: YamlValue = {
    ...(route.match === undefined || route.match.length === 0
      ? {}
      : { matchers: route.match.map(writeMatcher) }),
    receiver: useReceiver(own),
    ...(route.groupBy === undefined ? {} : { group_by: route.groupBy }),
    ...duration("group_wait", route.groupWaitMs),
    ...duration("group_interval", route.groupIntervalMs),
    ...duration("repeat_interval", route.repeatIntervalMs),
    ...(route.continues === true ? { continue: true } : {}),
    ...(route.routes === undefined || route.routes.length === 0
      ? {}
      : { routes: route.routes.map((child) => writeRoute(child, own, useReceiver)) }),
  };
  if (route.escalation === undefined) return written;
  const loss = `The escalation ${route.escalation} is StreamGate's alone: Alertmanager has none.`;
  return new Commented(loss, written);
}

/** Alertmanager wants intervals above zero. */
function duration(key: string, ms: number | undefined): Readonly<Record<string, string>> {
  return ms === undefined ? {} : { [key]: promDuration(Math.max(1000, Math.round(ms))) };
}

function writeReceiver(
  name: string,
  channels: readonly string[],
  tellsResolved: boolean,
  receivers: Readonly<Record<string, ExportedReceiver>>,
): YamlValue {
  const configs = new Map<string, YamlValue[]>();
  const unknown: string[] = [];
  for (const channel of channels) {
    const receiver = receivers[channel];
    if (receiver === undefined) {
      unknown.push(channel);
      continue;
    }
    const key = `${receiver.kind}_configs`;
    const config = { ...writeConfig(receiver), send_resolved: tellsResolved };
    configs.set(key, [...(configs.get(key) ?? []), config]);
  }
  const written: YamlValue = { name, ...Object.fromEntries(configs) };
  if (unknown.length === 0) return written;
  const loss = `To be completed: nothing was said about how to reach ${unknown.join(", ")}.`;
  return new Commented(loss, written);
}

function writeConfig(receiver: ExportedReceiver): Readonly<Record<string, YamlValue>> {
  switch (receiver.kind) {
    case "webhook":
      return { url: receiver.url };
    case "slack":
      return { api_url_file: receiver.apiUrlFile, channel: receiver.channel };
    case "email":
      return { to: receiver.to, from: receiver.from, smarthost: receiver.smarthost };
    case "pagerduty":
      return { routing_key_file: receiver.routingKeyFile };
  }
}

function writeInhibition({ name, source, target, equal }: ExportedInhibition): YamlValue {
  return new Commented(name, {
    source_matchers: source.map(writeMatcher),
    target_matchers: target.map(writeMatcher),
    equal,
  });
}

function writeMatcher(matcher: LabelMatcher): string {
  const { label } = matcher;
  if ("is" in matcher) return `${label}=${text(matcher.is)}`;
  if ("isNot" in matcher) return `${label}!=${text(matcher.isNot)}`;
  if ("matches" in matcher) return `${label}=~${text(matcher.matches)}`;
  return `${label}!~${text(matcher.matchesNot)}`;
}
