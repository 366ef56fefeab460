import { type AlertingOptions, resolveAlerting } from "../notifications/alerting-options.ts";

/**
 * Sees that a monitor would take these options: every name leads somewhere, every time and zone can be.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` that names the bad key and value
 * @example
 * ```ts
 * import { checkAlerting } from "@streamgate/monitor";
 * checkAlerting({ rotas: [], people: [{ name: "ana", channels: [] }] });
 * ```
 */
export function checkAlerting(options: AlertingOptions): void {
  resolveAlerting(options);
}
