/** What a measured process tells the bench. */
export type Told = { readonly url: string } | { readonly cpuMs: number };

/** Tells where it listens, and on every message how much CPU this process has used. */
export function answerCpuQuestions(url: string): void {
  const tell = (told: Told): void => void process.send?.(told);
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    tell({ cpuMs: (user + system) / 1_000 });
  });
  process.on("disconnect", () => process.exit());
  tell({ url });
}
