import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Cluster, startCluster } from "@streamgate/pg-advisor";
import { until } from "./until.ts";

/** A PostgreSQL that can be killed as if by the machine, and comes up again on another port. */
export interface MortalPostgres {
  /** Its address of the moment; while it is dead, that of its last life. */
  readonly locate: () => Promise<string>;
  readonly pid: () => number;
  /** The server and all of its processes get SIGKILL at once. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface MortalPostgresOptions {
  /** Whether commits reach the disk, as in the embedded store. @default false */
  readonly isDurable?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startMortalPostgres({
  isDurable = false,
  settings = {},
}: MortalPostgresOptions = {}): Promise<MortalPostgres> {
  const folder = await mkdtemp(join("/tmp", "streamgate-test-mortal-"));
  await chmod(folder, 0o755);
  const start = (): Promise<Cluster> =>
    startCluster({
      folder: join(folder, "cluster"),
      sharedFolder: join("/tmp", "streamgate-test-shared"),
      isDurable,
      settings,
    });
  let cluster = await start();
  let isDead = false;
  return {
    locate: async () => cluster.url(),
    pid: () => cluster.pid,
    async kill() {
      isDead = true;
      const { pid } = cluster;
      const children = await childrenOf(pid);
      for (const each of [pid, ...children]) signal(each, "SIGKILL");
      await until(() => [pid, ...children].every((each) => !signal(each, 0)));
    },
    async restart() {
      cluster = await start();
      isDead = false;
    },
    async stop() {
      if (!isDead) await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return list.split(" ").filter(Boolean).map(Number);
}

/** Whether there was somebody to hear it. */
function signal(pid: number, name: "SIGKILL" | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
