import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Who runs the embedded PostgreSQL. It refuses to run as root. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
  /** Whether that is somebody else than the user of this process. */
  readonly isOther: boolean;
}

/**
 * This process's own user, or, for root, the system user `postgres`: created where it is missing
 * and `useradd` allows it, else `nobody`.
 */
export async function findServerUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return { isOther: false };
  const existing = await idsOf("postgres");
  if (existing) return { ...existing, isOther: true };
  await run("useradd", ["--system", "--user-group", "--no-create-home", "postgres"]).catch(
    () => undefined,
  );
  const ids = (await idsOf("postgres")) ?? (await idsOf("nobody")) ?? { uid: 65534, gid: 65534 };
  return { ...ids, isOther: true };
}

async function idsOf(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, name])).stdout)),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}
