const CLASSES: Readonly<Record<string, string>> = {
  GET: "reads",
  HEAD: "reads",
  OPTIONS: "reads",
  DELETE: "deletes",
};

/** Whether a method reads, writes or deletes, as a class of the page. */
export function methodClass(method: string): string {
  return CLASSES[method.toUpperCase()] ?? "writes";
}
