import { answerCpuQuestions } from "./cpu-questions.ts";
import { startWatching, type Watcher } from "./watchers.ts";

const [watcher, sinkUrl = "", databaseUrl = "", redisUrl = ""] = process.argv.slice(2);
const programIsLoaded = await startWatching(watcher as Watcher, sinkUrl);
const { createMediaApi } = await import("@streamgate/example-media");
programIsLoaded();
const api = createMediaApi({ databaseUrl, redisUrl, cache: "redis", port: 0 });
answerCpuQuestions(await api.listen());
