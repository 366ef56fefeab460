import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Notification, verifyWebhook } from "@streamgate/monitor";

/** An alert that a receiver was told of, at the first time that it was. */
export interface ToldAlert {
  readonly service: string;
  readonly alertname: string;
  readonly state: "firing" | "resolved";
  readonly severity: string;
  readonly atMs: number;
  /** Which stretch of firing of which alert. */
  readonly episode: string;
  readonly thread: string;
}

/** A real webhook receiver: it keeps what it is told, each notification once by its key. */
export interface Sink {
  readonly port: number;
  readonly alerts: readonly ToldAlert[];
  /** Messages that came, and those whose key had come before. */
  readonly counts: { messages: number; merged: number; refused: number };
  stop(): void;
}

/** Where StreamGate sends: messages are taken only with a signature that is right. */
export async function startSink(secret: string): Promise<Sink> {
  const alerts: ToldAlert[] = [];
  const keys = new Set<string>();
  const counts = { messages: 0, merged: 0, refused: 0 };
  const server = await serve((path, body, header) => {
    counts.messages += 1;
    if (!verifyWebhook(secret, header("streamgate-signature"), body, Date.now())) {
      counts.refused += 1;
      return 401;
    }
    const key = header("idempotency-key") ?? "";
    if (keys.has(key)) {
      counts.merged += 1;
      return 200;
    }
    keys.add(key);
    const notification = JSON.parse(body) as Notification;
    for (const alert of notification.alerts)
      alerts.push({
        service: alert.labels.service ?? "",
        alertname: alert.ruleName,
        state: alert.state,
        severity: alert.severity,
        atMs: Date.now(),
        episode: `${alert.alertId}@${alert.startedAtMs}`,
        thread: notification.thread,
      });
    return path === "/hook" ? 204 : 404;
  });
  return { ...server, alerts, counts };
}

interface AlertmanagerMessage {
  readonly groupKey: string;
  readonly alerts: readonly {
    readonly status: "firing" | "resolved";
    readonly labels: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly fingerprint: string;
  }[];
}

/** Where the rival's Alertmanager sends. */
export async function startRivalSink(): Promise<Sink> {
  const alerts: ToldAlert[] = [];
  const counts = { messages: 0, merged: 0, refused: 0 };
  const server = await serve((_, body) => {
    counts.messages += 1;
    const message = JSON.parse(body) as AlertmanagerMessage;
    for (const { labels, status, startsAt, fingerprint } of message.alerts)
      alerts.push({
        service: labels.service ?? "",
        alertname: labels.alertname ?? "",
        state: status,
        severity: labels.severity ?? "",
        atMs: Date.now(),
        episode: `${fingerprint}@${startsAt}`,
        thread: message.groupKey,
      });
    return 200;
  });
  return { ...server, alerts, counts };
}

async function serve(
  take: (path: string, body: string, header: (name: string) => string | undefined) => number,
): Promise<Pick<Sink, "port" | "stop">> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const header = (name: string): string | undefined => {
        const value = request.headers[name];
        return typeof value === "string" ? value : undefined;
      };
      const body = Buffer.concat(pieces).toString("utf8");
      response.writeHead(take(request.url ?? "", body, header)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
