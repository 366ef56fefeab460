import { createCache } from "../../../src/cache.ts";
import { saveSnapshot } from "../../../src/warming/snapshot/snapshot-file.ts";

/** Saves a snapshot of about a megabyte to the file that it is told; prints how that ended. */
const [file = ""] = process.argv.slice(2);
const cache = createCache();
const users = cache.namespace<string>("user");
for (let id = 0; id < 100; id += 1) await users.getOrLoad(id, () => `${id}`.repeat(5_000));
try {
  await saveSnapshot(cache, file);
  process.stdout.write("saved\n");
} catch (error) {
  process.stdout.write(
    `${error instanceof Error && "code" in error ? String(error.code) : String(error)}\n`,
  );
}
await cache.close();
