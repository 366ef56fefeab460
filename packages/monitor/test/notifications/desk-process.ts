// An instance of the desk as a process: `node desk-process.ts SETTINGS`; transitions come by IPC.
import { seededRandom, systemClock } from "@streamgate/core";
import pg from "pg";
import type { AlertTransition } from "../../src/alerts/transition.ts";
import { AlertDesk } from "../../src/notifications/alert-desk.ts";
import { resolveAlerting } from "../../src/notifications/alerting-options.ts";
import { webhookChannel } from "../../src/notifications/channels/webhook.ts";

/** Where the process finds its database and its receiver. */
export interface DeskProcessSettings {
  readonly database: string;
  readonly receiver: string;
}

const settings = JSON.parse(process.argv[2] ?? "{}") as DeskProcessSettings;
process.on("disconnect", () => process.exit());

const pool = new pg.Pool({ connectionString: settings.database, max: 4 });
pool.on("error", () => undefined);
const desk = new AlertDesk({
  pool,
  connection: { connectionString: settings.database },
  holder: `process ${process.pid}`,
  alerting: resolveAlerting({
    channels: [
      webhookChannel({ name: "hook", url: settings.receiver, allowPrivateAddresses: true }),
    ],
    route: { channels: ["hook"], groupWaitMs: 50 },
    retry: { firstMs: 50, longestMs: 200 },
  }),
  clock: systemClock,
  random: seededRandom(process.pid),
  onProblem: () => undefined,
});
desk.start();
process.on("message", (message) => desk.tell(message as AlertTransition[]));
setInterval(() => process.send?.({ isLeading: desk.health().isLeading }), 50);
