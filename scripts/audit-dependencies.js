// Looks for known vulnerabilities in what is shipped (`npm audit`), where the registry offers that. One that is high or critical
// fails; a registry that offers no such service, or cannot be reached, is told and fails nothing.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const PATIENCE_MS = 60_000;
const BAD = ["high", "critical"];

const { stdout, error } = spawnSync(
  "npm",
  ["audit", "--omit=dev", "--audit-level=high", "--json", "--fetch-retries=0"],
  { cwd: root, encoding: "utf8", timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024 },
);
const report = parse(stdout);
const counts = report?.metadata?.vulnerabilities;

if (counts === undefined) {
  console.log(`dependencies not audited: ${reason()}`);
} else {
  const bad = Object.values(report.vulnerabilities ?? {}).filter(({ severity }) =>
    BAD.includes(severity),
  );
  for (const { name, severity, range, via, fixAvailable } of bad) {
    const why = via.map((one) => one.title ?? one).join("; ");
    const fix = fixAvailable === false ? "no fix yet" : "`npm audit fix` mends it";
    console.error(`${severity}: ${name} ${range}: ${why} (${fix})`);
  }
  console.log(
    bad.length === 0
      ? `no high or critical vulnerability in ${report.metadata.dependencies?.prod ?? "the"} dependencies`
      : `${bad.length} dependencies with high or critical vulnerabilities`,
  );
  process.exitCode = bad.length === 0 ? 0 : 1;
}

function reason() {
  if (error?.code === "ETIMEDOUT")
    return `the registry did not answer within ${PATIENCE_MS / 1_000} s`;
  if (error !== undefined) return `npm could not be run: ${error.message}`;
  const status = report?.statusCode;
  if (status === 404 || status === 405 || status === 501)
    return `the registry offers no audit (it answers ${status})`;
  return report?.message ?? "npm gave no report";
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
