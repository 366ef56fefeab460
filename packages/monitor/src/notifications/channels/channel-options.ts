import { badNotificationOption } from "../errors.ts";

/** What every channel over HTTP takes. */
export interface HttpChannelOptions {
  /** By which routes and people name it. */
  readonly name: string;
  /** Whether the receiver may stand on this machine or in a private network. @default false */
  readonly allowPrivateAddresses?: boolean;
  /** PEM of an authority of one's own, in place of the system's. */
  readonly certificateAuthority?: string;
}

/**
 * An address to send to. Credentials do not belong into it, as it is shown where things fail.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION`
 */
export function receiverUrl(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw badNotificationOption(name, value, "an http or https address");
  if (url.username !== "" || url.password !== "")
    throw badNotificationOption(
      name,
      `${url.protocol}//…@${url.host}`,
      "without user and password",
    );
  return url;
}

/** @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` */
export function channelName(value: string): string {
  if (/^[a-zA-Z0-9][\w .@-]{0,99}$/.test(value)) return value;
  throw badNotificationOption(
    "name of a channel",
    value,
    "1 to 100 letters, digits, or any of _ . @ -",
  );
}
