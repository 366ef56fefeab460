import { readdir, readFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";

/** Of the repository; where the package stands alone, they are not there. */
const FOLDER = new URL("../../../../docs/runbooks/", import.meta.url);

/** Serves the runbooks of the alerts that ship, as the text that they are. */
export async function addRunbooks(app: FastifyInstance): Promise<void> {
  const names = await readdir(FOLDER).catch(() => []);
  for (const name of names.filter((each) => /^[\w-]+\.md$/.test(each))) {
    app.get(`/runbooks/${name}`, async (_request, reply) =>
      reply.type("text/plain; charset=utf-8").send(await readFile(new URL(name, FOLDER), "utf8")),
    );
  }
}
