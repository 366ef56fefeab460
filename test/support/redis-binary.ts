import { installOnce, mayInstall, onPath } from "./debian-package.ts";

/**
 * The program on the PATH; as root on Debian it is installed where it is missing.
 *
 * @throws an error of one line that says what to install
 */
export async function findRedisProgram(): Promise<string> {
  const found = await findOnPath();
  if (found !== undefined) return found;
  if (!(await mayInstall())) throw missing("it is not on the PATH");
  await installOnce("redis", ["redis-server"]).catch((cause: unknown) => {
    throw missing("apt-get could not install it", cause);
  });
  const installed = await findOnPath();
  if (installed === undefined) throw missing("apt-get could not install it");
  return installed;
}

async function findOnPath(): Promise<string | undefined> {
  return (await onPath("redis-server")) ?? (await onPath("valkey-server"));
}

function missing(happened: string, cause?: unknown): Error {
  return new Error(
    `Tests need a Redis server and ${happened}: install the package redis-server (or valkey-server), or set STREAMGATE_TEST_REDIS_URL.`,
    { cause },
  );
}
