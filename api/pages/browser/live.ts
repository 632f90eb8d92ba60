/**
 * Keeps a page right while somebody looks at it: where `data-live` names what to listen to, the parts of the
 * page that have it are put in place anew when there is news, and it is said.
 */

/** What api/pages/live.ts sends. */
interface News {
  stamp: string;
  reports: number;
  says: string;
}

/** A page in the background asks so often; browsers keep few connections to a service open. */
const BACKGROUND_MS = 10_000;
/** Where a page may hold no stream open, it asks so often. */
const POLL_MS = 4_000;
/** After an answer that ends the browser's own attempts, such as one of a service that starts. */
const AGAIN_MS = 5_000;

/**
 * Gets a page's document. What came is markup of our own service, as if the page were reloaded, and no script
 * in it runs.
 */
export const getPage = (url: string): Promise<Document> =>
  new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    // Nobody asked for it who sits there: the session goes on to its end.
    request.setRequestHeader("x-ikefrag-background", "1");
    request.onload = () =>
      request.status === 200 && request.responseXML ? done(request.responseXML) : failed(request.status);
    request.onerror = failed;
    request.send();
  });

/** @param enliven gives the scripts' part to what has come: copy buttons, local times */
export function startLive(enliven: (root: ParentNode) => void): void {
  const first = document.querySelector<HTMLElement>("[data-live]");
  if (first === null) return;
  const source = first.dataset.live ?? "";
  const isPolled = first.dataset.livePoll !== undefined;
  const title = document.title;
  const before = Number(first.dataset.liveReports ?? 0);
  let shown = first.dataset.liveStamp ?? "";
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  document.body.append(said);

  const take = async (news: News): Promise<void> => {
    const come = news.reports - before;
    document.title = come > 0 ? `(${come}) ${title}` : title;
    if (news.stamp === shown) return;
    shown = news.stamp;
    const fresh = await getPage(location.href);
    for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) {
      const replacement = fresh.getElementById(part.id);
      if (replacement === null) continue;
      // Whoever stands on a link with the keyboard stands on the same one afterwards.
      const focused = part.contains(document.activeElement) ? document.activeElement : null;
      const href = focused?.getAttribute("href");
      part.replaceWith(document.adoptNode(replacement));
      enliven(replacement);
      if (href) replacement.querySelector<HTMLElement>(`[href="${CSS.escape(href)}"]`)?.focus();
    }
    said.textContent = news.says;
  };

  let stream: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    stream?.close();
    stream = null;
    clearTimeout(timer);
  };
  const follow = () => {
    stop();
    if (document.hidden || isPolled) {
      timer = setTimeout(
        async () => {
          const answer = await fetch(source, { headers: { accept: "application/json" } }).catch(() => null);
          if (answer?.ok && !answer.redirected) await take(await answer.json()).catch(() => {});
          follow();
        },
        document.hidden ? BACKGROUND_MS : POLL_MS,
      );
      return;
    }
    stream = new EventSource(source);
    stream.onmessage = ({ data }) => void take(JSON.parse(data)).catch(() => {});
    stream.onerror = () => {
      // The browser goes on by itself, unless the answer was no stream at all.
      if (stream?.readyState === EventSource.CLOSED) timer = setTimeout(follow, AGAIN_MS);
    };
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => {
    if (event.persisted) follow();
  });
  follow();
}
