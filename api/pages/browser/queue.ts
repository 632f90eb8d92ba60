/** The queue of reports by keyboard, and what has come since it was made. Without it, links and boxes do. */

/** How often a page asks what has come: before somebody, and in the background. */
const ASK_MS = 10_000;
const ASK_SELDOM_MS = 30_000;
/** Where somebody turned single keys off: with speech input, a word would press many of them. */
const OFF = "ikefrag-keys-off";

const fill = (template: string, reports: number): string => template.replace("#", String(reports));

/** Starts what the queue does by itself, where this page is the queue. */
export function startQueue(): void {
  const queue = document.querySelector<HTMLElement>(".queue");
  if (queue === null) return;
  startKeys(queue);
  startChoice(queue);
  startArrivals(queue);
  closeMenus(queue);
}

function startKeys(queue: HTMLElement): void {
  const rows = [...queue.querySelectorAll<HTMLElement>("tr[data-report]")];
  const linkOf = (row: HTMLElement | undefined) => row?.querySelector<HTMLElement>(".wide a");
  const here = (): number => rows.findIndex((row) => row.contains(document.activeElement));
  let last = -1;
  const move = (by: number): void => {
    const from = here() >= 0 ? here() : last;
    last = Math.min(Math.max(from + by, 0), rows.length - 1);
    linkOf(rows[last])?.focus();
    rows[last]?.scrollIntoView({ block: "nearest" });
  };
  const actions: Readonly<Record<string, () => void>> = {
    j: () => move(1),
    k: () => move(-1),
    x() {
      // Focus stays where it was: the next report is one key away.
      rows[here()]?.querySelector<HTMLInputElement>("input[name=report]")?.click();
    },
    e() {
      const link = linkOf(rows[here()]);
      if (link) location.assign(`${link.getAttribute("href")}#review`);
    },
    "/"() {
      queue.querySelector<HTMLInputElement>("#q")?.select();
      queue.querySelector<HTMLInputElement>("#q")?.focus();
    },
    "?"() {
      const help = queue.querySelector<HTMLDetailsElement>("#help");
      if (help === null) return;
      help.open = !help.open;
      help.querySelector("summary")?.focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, target, isComposing } = event;
    if (ctrlKey || metaKey || altKey || isComposing || localStorage.getItem(OFF) !== null) return;
    if (target instanceof HTMLElement && target.matches("input:not([type=checkbox]), select, textarea"))
      return;
    const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  const place = queue.querySelector<HTMLElement>("[data-shortcuts]");
  if (place === null) return;
  const button = document.createElement("button");
  button.type = "button";
  const say = () => {
    button.textContent = (localStorage.getItem(OFF) === null ? place.dataset.off : place.dataset.on) ?? "";
  };
  button.addEventListener("click", () => {
    if (localStorage.getItem(OFF) === null) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
    say();
  });
  say();
  place.replaceChildren(button);
}

/** Says how many are chosen, keeps what is done to them in sight, and chooses all of the page at once. */
function startChoice(queue: HTMLElement): void {
  const boxes = [...queue.querySelectorAll<HTMLInputElement>("input[name=report]")];
  const bar = queue.querySelector<HTMLElement>(".bulk");
  const said = bar?.querySelector<HTMLElement>("[data-chosen]");
  const head = queue.querySelector<HTMLElement>("thead th");
  if (!bar || !said || !head) return;
  said.setAttribute("role", "status");
  const none = said.textContent ?? "";
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", head.textContent ?? "");
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    bar.classList.toggle("chosen", chosen > 0);
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    said.textContent = chosen === 0 ? none : fill(said.dataset.chosen ?? "", chosen);
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  head.append(all);
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}

function startArrivals(queue: HTMLElement): void {
  const { arrivals, arrived = "" } = queue.dataset;
  if (arrivals === undefined) return;
  const title = document.title;
  const box = document.createElement("p");
  box.className = "arrivals";
  box.setAttribute("role", "status");
  queue.prepend(box);
  let known = 0;
  const ask = async () => {
    const answer = await fetch(arrivals, { headers: { accept: "application/json" } }).catch(() => null);
    const found = answer?.ok && !answer.redirected ? Number((await answer.json()).reports) : known;
    if (found !== known) {
      known = found;
      document.title = `(${found}) ${title}`;
      const link = document.createElement("a");
      link.href = location.pathname + location.search;
      link.textContent = fill(arrived, found);
      box.replaceChildren(link);
    }
    setTimeout(ask, document.hidden ? ASK_SELDOM_MS : ASK_MS);
  };
  setTimeout(ask, ASK_MS);
}

/** Escape and a click elsewhere close what is folded out over the page. */
function closeMenus(queue: HTMLElement): void {
  const menus = [...queue.querySelectorAll<HTMLDetailsElement>("details.menu")];
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const menu of menus) {
      if (menu.open && menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
      menu.open = false;
    }
  });
  document.addEventListener("click", ({ target }) => {
    for (const menu of menus) if (target instanceof Node && !menu.contains(target)) menu.open = false;
  });
}
