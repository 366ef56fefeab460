import { createHmac } from "node:crypto";
import { type Clock, systemClock } from "@streamgate/core";
import type { Channel } from "../channel.ts";
import { badNotificationOption } from "../errors.ts";
import { deliverJson } from "../http/deliver-json.ts";
import type { Notification } from "../notification.ts";
import { channelName, type HttpChannelOptions, receiverUrl } from "./channel-options.ts";

export interface WebhookOptions extends HttpChannelOptions {
  readonly url: string;
  /** Signs every message; at least 16 characters. @default not signed */
  readonly secret?: string;
  /** Further headers, such as an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

const LEAST_SECRET = 16;

/**
 * Posts each notification as JSON: `{ "version": 1, …Notification }`, see {@link Notification}. Any 2xx is an
 * acknowledgement; 408, 425, 429 and 5xx are tried again, with regard to `Retry-After`; everything else is a refusal.
 *
 * - `Idempotency-Key`: the notification's id. It comes at least once: one that was seen is to be acknowledged and passed over.
 * - `Streamgate-Signature`: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 with the secret of `SECONDS.BODY`. Compare in
 *   constant time ({@link verifyWebhook} does), and refuse times that are minutes away, so that nobody can play an old message again.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION`
 * @example
 * ```ts
 * import { webhookChannel } from "@streamgate/monitor";
 * const pager = webhookChannel({
 *   name: "pager",
 *   url: "https://pager.example/streamgate",
 *   secret: process.env.PAGER_SECRET ?? "at least 16 characters",
 * });
 * ```
 */
export function webhookChannel(options: WebhookOptions): Channel {
  const name = channelName(options.name);
  const url = receiverUrl(`${name}.url`, options.url);
  const clock = options.clock ?? systemClock;
  const { secret } = options;
  if (secret !== undefined && secret.length < LEAST_SECRET)
    throw badNotificationOption(`${name}.secret`, "…", `at least ${LEAST_SECRET} characters`);
  return {
    name,
    send: (notification, signal) => {
      const body = webhookBody(notification);
      const seconds = Math.floor(clock.now().getTime() / 1_000);
      return deliverJson(
        {
          url,
          body,
          headers: {
            ...options.headers,
            "idempotency-key": notification.id,
            ...(secret === undefined
              ? {}
              : { "streamgate-signature": webhookSignature(secret, seconds, body) }),
          },
          allowsPrivateAddresses: options.allowPrivateAddresses ?? false,
          certificateAuthority: options.certificateAuthority,
          signal,
        },
        clock,
      );
    },
  };
}

/** The message's body: the same bytes at every try. */
function webhookBody(notification: Notification): string {
  return JSON.stringify({ version: 1, ...notification });
}

/** `t=SECONDS,v1=HEX`. */
export function webhookSignature(secret: string, seconds: number, body: string): string {
  const digest = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${digest}`;
}
