import { messageOf } from "@streamgate/core";
import { createTransport, type Transporter } from "nodemailer";
import type { Channel, Delivery } from "../channel.ts";
import { badNotificationOption } from "../errors.ts";
import type { Notification } from "../notification.ts";
import { channelName } from "./channel-options.ts";
import { emailContent } from "./email-content.ts";

export interface EmailOptions {
  /** By which routes and people name it. */
  readonly name: string;
  readonly host: string;
  /** @default 587; 465 where `usesTls` */
  readonly port?: number;
  /** TLS from the first byte. Otherwise STARTTLS is used. @default false */
  readonly usesTls?: boolean;
  /** Whether mail may go without TLS where the server offers none; never with a password. @default false */
  readonly allowPlaintext?: boolean;
  readonly user?: string;
  readonly password?: string;
  /** `StreamGate <alerts@example.com>`: its domain is that of the messages' ids. */
  readonly from: string;
  readonly to: readonly string[];
  /** PEM of an authority of one's own, in place of the system's. */
  readonly certificateAuthority?: string;
}

const CONNECT_MS = 8_000;

/**
 * Sends mail by SMTP, as plain text and HTML. All that is told about one group refers to its first message, so that
 * mail programs show one thread; a message that is sent twice has the same id, by which mail servers merge it.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION`
 * @example
 * ```ts
 * import { emailChannel } from "@streamgate/monitor";
 * const mail = emailChannel({
 *   name: "mail",
 *   host: "smtp.example.com",
 *   user: "alerts",
 *   password: process.env.SMTP_PASSWORD ?? "",
 *   from: "StreamGate <alerts@example.com>",
 *   to: ["duty@example.com"],
 * });
 * ```
 */
export function emailChannel(options: EmailOptions): Channel {
  const name = channelName(options.name);
  const domain = /@([a-zA-Z0-9.-]+)>?$/.exec(options.from.trim())?.[1];
  if (domain === undefined)
    throw badNotificationOption(
      `${name}.from`,
      options.from,
      "an address such as alerts@example.com",
    );
  if (options.to.length === 0)
    throw badNotificationOption(`${name}.to`, "none", "at least one address");
  const usesTls = options.usesTls ?? false;
  const { user, password } = options;
  const hasPassword = user !== undefined && password !== undefined;
  const open = (): Transporter =>
    createTransport({
      host: options.host,
      port: options.port ?? (usesTls ? 465 : 587),
      secure: usesTls,
      requireTLS: !usesTls && (hasPassword || options.allowPlaintext !== true),
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: CONNECT_MS,
      ...(hasPassword ? { auth: { user, pass: password } } : {}),
      ...(options.certificateAuthority === undefined
        ? {}
        : { tls: { ca: options.certificateAuthority } }),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  return {
    name,
    send: (notification, signal) => sendMail(open(), options, domain, notification, signal),
  };
}

async function sendMail(
  transport: Transporter,
  { from, to, host }: EmailOptions,
  domain: string,
  notification: Notification,
  signal: AbortSignal,
): Promise<Delivery> {
  let stopWaiting = (): void => undefined;
  // The library cannot be interrupted: its connection ends by its own time-outs, but nobody waits for it.
  const interrupted = new Promise<never>((_, reject) => {
    stopWaiting = () => reject(new Error("interrupted"));
  });
  interrupted.catch(() => undefined);
  signal.addEventListener("abort", stopWaiting, { once: true });
  try {
    const { subject, text, html } = emailContent(notification);
    const first = `<${notification.thread}@${domain}>`;
    const isFirst = notification.sequence === 1;
    const sending: Promise<unknown> = transport.sendMail({
      from,
      to: [...to],
      subject,
      text,
      html,
      messageId: isFirst ? first : `<${notification.thread}.${notification.sequence}@${domain}>`,
      ...(isFirst ? {} : { inReplyTo: first, references: [first] }),
      date: new Date(notification.createdAtMs),
      headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    });
    const sent = await Promise.race([sending, interrupted]);
    return { outcome: "delivered", receipt: receiptOf(sent) };
  } catch (error) {
    if (signal.aborted) return { outcome: "failed", reason: `${host} did not answer in time` };
    return judgeMailFailure(error, host);
  } finally {
    signal.removeEventListener("abort", stopWaiting);
    transport.close();
  }
}

function receiptOf(sent: unknown): string {
  const { response = "", rejected = [] } =
    typeof sent === "object" && sent !== null
      ? (sent as { readonly response?: string; readonly rejected?: readonly unknown[] })
      : {};
  const refused = rejected.length > 0 ? `; refused for ${rejected.map(String).join(", ")}` : "";
  return `${response}${refused}`.slice(0, 200);
}

/** RFC 5321: 4xx may succeed later, 5xx will not. A wrong password or certificate waits for a person. */
function judgeMailFailure(error: unknown, host: string): Delivery {
  const { code = "", responseCode = 0 } =
    error instanceof Error ? (error as Error & { code?: string; responseCode?: number }) : {};
  const reason = `${host}: ${messageOf(error)}`;
  const isRefusal =
    responseCode >= 500 ||
    code === "EAUTH" ||
    code === "ENOAUTH" ||
    code === "ETLS" ||
    /certificate|self.signed/i.test(reason);
  return { outcome: isRefusal ? "refused" : "failed", reason };
}
