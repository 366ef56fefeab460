import { applyFix } from "../../src/apply/apply-fix.ts";
import { concurrentIndex, contextFor, fixOf } from "./fixes.ts";

// Run by crash.test.ts as a process of its own, to be killed in the middle.
await applyFix({
  fix: fixOf(concurrentIndex("t_id", "t (id)")),
  connectionString: process.argv[2] ?? "",
  context: contextFor(),
});
