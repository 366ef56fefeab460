import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "../../test/support/until.ts";

/** Prometheus and Alertmanager on the same services, tuned for speed. */
export interface Rival {
  readonly versions: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const run = promisify(execFile);

/**
 * The rules that the documentation of Prometheus shows, with the shortest windows that hold four scrapes, and one
 * evaluation of patience so that a single scrape does not page.
 */
const RULES = `
groups:
  - name: services
    interval: 5s
    rules:
      - alert: ErrorsHigh
        expr: >
          sum by (service) (rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[20s]))
          / sum by (service) (rate(http_server_request_duration_seconds_count[20s])) > 0.01
        for: 5s
        labels: { severity: high }
      - alert: ResponsesSlow
        expr: >
          histogram_quantile(0.95, sum by (service, le) (rate(http_server_request_duration_seconds_bucket[20s]))) > 0.5
        for: 5s
        labels: { severity: high }
      - alert: DatabaseSlow
        expr: >
          histogram_quantile(0.95, sum by (service, le)
          (rate(db_client_operation_duration_seconds_bucket{db_system_name="postgresql"}[20s]))) > 0.25
        for: 5s
        labels: { severity: high }
      - alert: RedisFailing
        expr: >
          sum by (service) (rate(db_client_operation_duration_seconds_count{db_system_name="redis",error_type!=""}[20s]))
          / sum by (service) (rate(db_client_operation_duration_seconds_count{db_system_name="redis"}[20s])) > 0.1
        for: 5s
        labels: { severity: high }
      - alert: HandlesLeaking
        expr: sum by (service) (deriv(streamgate_process_handles[1m])) > 1
        for: 15s
        labels: { severity: medium }
`;

/** Undefined where the two are not installed. */
export async function startRival(
  services: readonly { readonly name: string; readonly agentUrl: string }[],
  sinkPort: number,
): Promise<Rival | undefined> {
  const versions = await versionsOf();
  if (versions === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "streamgate-rival-"));
  const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()];
  await writeFile(join(folder, "rules.yml"), RULES);
  await writeFile(join(folder, "alertmanager.yml"), alertmanagerConfig(sinkPort));
  await writeFile(
    join(folder, "prometheus.yml"),
    prometheusConfig(folder, alertmanagerPort, services),
  );
  await mkdir(join(folder, "data"));
  const children = [
    start("prometheus-alertmanager", [
      `--config.file=${join(folder, "alertmanager.yml")}`,
      `--storage.path=${join(folder, "alertmanager")}`,
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
      "--cluster.listen-address=",
    ]),
    start("prometheus", [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
    ]),
  ];
  const isReady = async (port: number): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(async () => (await isReady(prometheusPort)) && (await isReady(alertmanagerPort)));
  return {
    versions,
    stop: async () => {
      for (const child of children) child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function prometheusConfig(
  folder: string,
  alertmanagerPort: number,
  services: readonly { readonly name: string; readonly agentUrl: string }[],
): string {
  const targets = services.map(
    ({ name, agentUrl }) => `
      - targets: ["${new URL(agentUrl).host}"]
        labels: { service: "${name}" }`,
  );
  return `
global: { scrape_interval: 5s, evaluation_interval: 5s }
rule_files: ["${join(folder, "rules.yml")}"]
alerting:
  alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:${alertmanagerPort}"] }] }]
scrape_configs:
  - job_name: services
    metrics_path: /metrics
    static_configs:${targets.join("")}
`;
}

function alertmanagerConfig(sinkPort: number): string {
  return `
route:
  receiver: sink
  group_by: [service, alertname]
  group_wait: 1s
  group_interval: 5s
  repeat_interval: 4h
receivers:
  - name: sink
    webhook_configs: [{ url: "http://127.0.0.1:${sinkPort}/", send_resolved: true }]
`;
}

function start(program: string, options: readonly string[]): ChildProcess {
  const child = spawn(program, options, { stdio: "ignore" });
  // It must not outlive a bench that fails.
  process.once("exit", () => child.kill("SIGKILL"));
  return child;
}

async function versionsOf(): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const entries = ["prometheus", "prometheus-alertmanager"].map(async (program) => {
      const { stdout, stderr } = await run(program, ["--version"]);
      return [program, /version ([^,\s]+)/.exec(stdout + stderr)?.[1] ?? "unknown"] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === "object" ? address.port : 0;
}
