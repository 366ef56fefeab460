import { addressOf } from "../secrets/redact.ts";
import type { PlatformConfiguration } from "./platform-configuration.ts";

/** A configuration as anybody may see it: what is shown is named here one by one, so nothing secret slips through. */
export function showConfiguration(
  configuration: PlatformConfiguration,
): Readonly<Record<string, unknown>> {
  const { watch, databases, redis, prometheus, access, objectives } = configuration;
  const { host, port, isOpen, hostNames, openId } = access;
  const {
    route,
    inhibitions,
    maintenance,
    people,
    rotas,
    escalations,
    channels = [],
  } = watch.alerting;
  return {
    targets: watch.targets.map(({ url, name, kind, token }) => ({
      url,
      name,
      kind,
      hasToken: token !== undefined,
    })),
    databases: databases.map(({ name, url, labUrl, intervalMs, adviseEveryMs }) => ({
      name,
      address: addressOf(url),
      lab: labUrl === undefined ? null : addressOf(labUrl),
      intervalMs,
      adviseEveryMs,
    })),
    redis: redis.map(({ name, url, intervalMs }) => ({ name, address: hostOf(url), intervalMs })),
    prometheus:
      prometheus === null
        ? null
        : { address: hostOf(prometheus.url), hasToken: prometheus.token !== undefined },
    access: {
      host,
      port,
      isOpen,
      hostNames,
      openId: openId === undefined ? null : { issuer: openId.issuer, clientId: openId.clientId },
    },
    objectives,
    rules: watch.rules.map(({ name }) => name),
    channels: channels.map(({ name }) => name),
    route,
    inhibitions,
    maintenance,
    people: people?.map(({ name, channels: ways }) => ({ name, channels: ways })),
    rotas,
    escalations,
    history: watch.history,
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}
