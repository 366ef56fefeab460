/** What the command tells the shell. */
export const EXIT_CODES = {
  fine: 0,
  /** Findings at or over the severity of `--fail-on`. */
  findings: 1,
  usage: 2,
  couldNotRun: 3,
  /** Ended by Ctrl-C or a signal, as shells count it: 128 + SIGINT. */
  interrupted: 130,
} as const;
