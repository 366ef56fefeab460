import { type Clock, systemClock } from "@streamgate/core";
import type { Channel } from "../channel.ts";
import { badNotificationOption } from "../errors.ts";
import { deliverJson } from "../http/deliver-json.ts";
import type { Notification, NotifiedAlert } from "../notification.ts";
import { channelName, type HttpChannelOptions, receiverUrl } from "./channel-options.ts";
import { isAddress } from "./wording.ts";

export interface AlertmanagerOptions extends HttpChannelOptions {
  /** Of the Alertmanager, without the path of its API: `http://alertmanager:9093`. */
  readonly url: string;
  /** How often what fires is told again. @default 60_000 */
  readonly renewEveryMs?: number;
  /** Further headers, such as an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

/** An alert that was not renewed so many times is taken for resolved there. */
const RENEWALS_MISSED = 4;

/**
 * Hands alerts to a Prometheus Alertmanager by its API v2, which groups, silences and routes them itself. What fires is
 * told again every minute and is valid for four, so that it stays active there and ends by itself when nobody tells it
 * any more. The same alert told twice is one alert there, by its labels.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION`
 * @example
 * ```ts
 * import { alertmanagerChannel } from "@streamgate/monitor";
 * const company = alertmanagerChannel({
 *   name: "company",
 *   url: "http://alertmanager.monitoring:9093",
 *   allowPrivateAddresses: true,
 * });
 * ```
 */
export function alertmanagerChannel(options: AlertmanagerOptions): Channel {
  const name = channelName(options.name);
  const base = receiverUrl(`${name}.url`, options.url);
  const url = new URL(`${base.pathname.replace(/\/$/, "")}/api/v2/alerts`, base);
  const clock = options.clock ?? systemClock;
  const renewEveryMs = options.renewEveryMs ?? 60_000;
  if (!(renewEveryMs >= 1_000))
    throw badNotificationOption(`${name}.renewEveryMs`, renewEveryMs, "at least 1000 ms");
  return {
    name,
    renewEveryMs,
    send: (notification, signal) => {
      const untilMs = clock.now().getTime() + RENEWALS_MISSED * renewEveryMs;
      return deliverJson(
        {
          url,
          body: JSON.stringify(alertmanagerAlerts(notification, untilMs)),
          ...(options.headers === undefined ? {} : { headers: options.headers }),
          allowsPrivateAddresses: options.allowPrivateAddresses ?? false,
          certificateAuthority: options.certificateAuthority,
          signal,
        },
        clock,
      );
    },
  };
}

/** `postableAlert` of Alertmanager's API v2. */
interface PostableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/** @param untilMs when what fires counts as resolved unless it is told again */
function alertmanagerAlerts(notification: Notification, untilMs: number): readonly PostableAlert[] {
  return notification.alerts.map((alert) => ({
    labels: labelsOf(alert),
    annotations: {
      summary: alert.summary,
      description: alert.description,
      ...(alert.runbook === "" ? {} : { runbook_url: alert.runbook }),
      value: String(alert.value),
    },
    startsAt: new Date(alert.startedAtMs).toISOString(),
    endsAt: new Date(alert.endedAtMs ?? untilMs).toISOString(),
    ...(isAddress(alert.runbook) ? { generatorURL: alert.runbook } : {}),
  }));
}

/** Labels as Alertmanager takes them: names of its alphabet, none empty. */
function labelsOf(alert: NotifiedAlert): Readonly<Record<string, string>> {
  const labels = Object.entries({
    alertname: alert.ruleName,
    severity: alert.severity,
    ...alert.labels,
  })
    .filter(([, value]) => value !== "")
    .map(([name, value]) => [name.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d)/, "_"), value]);
  return Object.fromEntries(labels);
}
