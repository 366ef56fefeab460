import { writeFileSync } from "node:fs";
import type { Subject } from "./subject.ts";
import { measureMemory } from "./tasks/measure-memory.ts";
import { measureGarbage, measureRecording } from "./tasks/measure-recording.ts";
import { measureScrape } from "./tasks/measure-scrape.ts";
import { writeText } from "./tasks/write-text.ts";

/** One library in a process of its own: `instruments-process.ts SUBJECT TASK [FILE]`. */
const [name = "", task = "", file = ""] = process.argv.slice(2);
const { subject } = (await import(`./subjects/${name}.ts`)) as { readonly subject: Subject };

if (task === "recording") print(measureRecording(subject));
else if (task === "garbage") print(measureGarbage(subject));
else if (task === "memory") print(await measureMemory(subject));
else if (task === "scrape") print(await measureScrape(subject));
else if (task === "text") writeFileSync(file, await writeText(subject));
else throw new Error(`there is no task ${task}`);

function print(figures: Readonly<Record<string, number>>): void {
  console.log(JSON.stringify(figures));
}
