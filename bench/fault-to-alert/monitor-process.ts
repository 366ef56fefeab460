// One instance of the monitor: `node monitor-process.ts SETTINGS`, the settings as JSON.
import { createMonitor, webhookChannel } from "@streamgate/monitor";
import type { MonitorSettings } from "./monitors.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as MonitorSettings;
process.on("disconnect", () => process.exit());

const monitor = await createMonitor({
  database: settings.database,
  targets: settings.targets.map((url) => ({ url })),
  holder: settings.name,
  alerting: {
    channels: [
      webhookChannel({
        name: "sink",
        url: settings.sinkUrl,
        secret: settings.secret,
        allowPrivateAddresses: true,
      }),
    ],
    route: { channels: ["sink"], groupBy: ["service", "alertname"], mostGroups: 500 },
    rateLimit: { burst: 50, everyMs: 100 },
  },
  onProblem: (part, reason) => console.error(`${settings.name}: ${part}: ${reason}`),
});
process.send?.({ isReady: true });
setInterval(() => process.send?.({ isLeading: monitor.health().alerting.isLeading }), 200);
