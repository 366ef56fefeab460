import { answerCpuQuestions } from "./cpu-questions.ts";
import { startWatching, type Watcher } from "./watchers.ts";

const [watcher, sinkUrl = ""] = process.argv.slice(2);
const programIsLoaded = await startWatching(watcher as Watcher, sinkUrl);
const { default: fastify } = await import("fastify");
programIsLoaded();
const app = fastify();
app.get("/users/:id", (request) => ({ id: (request.params as { id: string }).id, name: "Ada" }));
answerCpuQuestions(await app.listen({ host: "127.0.0.1", port: 0 }));
