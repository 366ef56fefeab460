// Keeps the page up to date: when the server says that something changed, the parts that differ are
// put in place. What the reader opened or selected stays as it is.
const live = document.getElementById("live");
const LEAST_MS_BETWEEN = 400;
let isFetching = false;
let isStale = false;

async function refresh() {
  if (isFetching) {
    isStale = true;
    return;
  }
  isFetching = true;
  try {
    const answer = await fetch("/fragment", { cache: "no-store" });
    if (answer.ok) replaceParts(await answer.text());
  } catch {
    // The server has ended: what was last seen stays.
  }
  setTimeout(() => {
    isFetching = false;
    if (isStale) {
      isStale = false;
      void refresh();
    }
  }, LEAST_MS_BETWEEN);
}

const seen = new Map();

function replaceParts(markup) {
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  const wanted = [...parsed.body.children];
  const ids = new Set(wanted.map((part) => part.id));
  for (const part of [...live.children]) if (!ids.has(part.id)) part.remove();
  let previous = null;
  for (const part of wanted) {
    const current = document.getElementById(part.id);
    const text = part.outerHTML;
    if (current === null || seen.get(part.id) !== text) {
      const fresh = document.importNode(part, true);
      if (current === null) {
        if (previous === null) live.prepend(fresh);
        else previous.after(fresh);
      } else {
        for (const open of current.querySelectorAll("details[open][id]")) {
          fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
        }
        const focused = current.contains(document.activeElement) ? document.activeElement.id : "";
        current.replaceWith(fresh);
        if (focused !== "") document.getElementById(focused)?.focus();
      }
      seen.set(part.id, text);
      previous = fresh;
    } else {
      previous = current;
    }
  }
}

const events = new EventSource("/events");
events.addEventListener("changed", () => void refresh());
