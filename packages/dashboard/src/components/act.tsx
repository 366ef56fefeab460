import type { ApiClient, Problem } from "@streamgate/contract";
import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { problemOf } from "../app/problem-of.ts";
import { mayAct, useShell } from "../app/shell-context.tsx";
import "./act.css";

export interface ActProps {
  /** What the button says: a verb. */
  readonly label: string;
  /** Of the question that is asked first. */
  readonly question: string;
  /** What will happen, and how it is undone: locks, duration, risk. May hold fields: `run` gets them. */
  readonly children?: ComponentChildren;
  /** @default "normal" */
  readonly kind?: "primary" | "normal" | "danger";
  /** Whether a reason can be given, for the audit log. @default false */
  readonly asksReason?: boolean;
  /** Does it. What it returns is said in a passing notice; the page is read again afterwards. */
  run(api: ApiClient, fields: FormData): Promise<string>;
}

/** A button that changes something: it asks first, says what goes wrong, and reads the page again. */
export function Act(props: ActProps): JSX.Element | null {
  const shell = useShell();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  if (!mayAct(shell)) return null;
  const { label, question, children, kind = "normal", asksReason = false } = props;
  const open = (): void => {
    setProblem(undefined);
    dialog.current?.showModal();
  };
  const run = async (fields: FormData): Promise<void> => {
    setRunning(true);
    setProblem(undefined);
    try {
      const said = await props.run(shell.api, fields);
      dialog.current?.close();
      shell.announce(said);
      await shell.reload();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setRunning(false);
    }
  };
  return (
    <>
      <button
        type="button"
        class={`button needs-script ${kind === "normal" ? "" : `is-${kind}`}`}
        onClick={open}
      >
        {label}
      </button>
      <dialog ref={dialog} class="act" aria-label={question}>
        <form
          method="dialog"
          onSubmit={(event) => {
            event.preventDefault();
            void run(new FormData(event.currentTarget));
          }}
        >
          <h2>{question}</h2>
          {children}
          {asksReason ? (
            <label class="field">
              Why (for the audit log)
              <input name="reason" maxLength={1000} autocomplete="off" />
            </label>
          ) : null}
          {problem === undefined ? null : (
            <p class="notice is-problem" role="alert">
              <strong>{problem.title}</strong>: {problem.detail}. To do: {problem.remedy}.
            </p>
          )}
          <div class="act-buttons">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button
              type="submit"
              class={`button ${kind === "danger" ? "is-danger" : "is-primary"}`}
              disabled={isRunning}
            >
              {isRunning ? "Working…" : label}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
