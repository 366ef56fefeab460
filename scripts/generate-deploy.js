// Writes what Grafana and Prometheus are given, deploy/grafana and deploy/prometheus, from StreamGate's metrics and rules;
// with --check only compares.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultRules, exportPrometheusRules } from "../packages/monitor/dist/index.js";
import { grafanaDashboards } from "./deploy/dashboards.js";
import { writeOrCheck } from "./write-or-check.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const files = new Map([
  [
    join(root, "deploy", "prometheus", "streamgate.rules.yml"),
    exportPrometheusRules(defaultRules(), {}),
  ],
  ...[...grafanaDashboards()].map(([uid, dashboard]) => [
    join(root, "deploy", "grafana", `${uid}.json`),
    `${JSON.stringify(dashboard, undefined, 2)}\n`,
  ]),
]);

writeOrCheck(files, root, "run npm run deploy:files");
