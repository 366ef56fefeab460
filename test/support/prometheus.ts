import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { findPrometheusProgram } from "./promtool.ts";
import { until } from "./until.ts";

/** A real Prometheus of one test file's own. */
export interface TestPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts Prometheus: `STREAMGATE_TEST_PROMETHEUS`, or from the PATH; as root on Debian it is installed where it is missing.
 *
 * @param targets `host:port` of what it scrapes each second at `/metrics`
 */
export async function startTestPrometheus(targets: readonly string[]): Promise<TestPrometheus> {
  const program =
    process.env.STREAMGATE_TEST_PROMETHEUS ?? (await findPrometheusProgram("prometheus"));
  const folder = await mkdtemp(join("/tmp", "streamgate-test-prometheus-"));
  const configuration = {
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: [{ job_name: "watched", static_configs: [{ targets }] }],
  };
  // JSON is YAML.
  await writeFile(join(folder, "prometheus.yml"), JSON.stringify(configuration));
  const port = await freePort();
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=error",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  let said = "";
  child.stderr.on("data", (part: Buffer) => {
    said += part.toString();
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended: ${said}`);
      return fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("the operating system gave no port"));
      });
    });
  });
}
