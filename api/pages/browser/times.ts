/**
 * Times where the reader is. A page says them in UTC, because a server knows nobody's zone; this writes them
 * anew, with the zone named, and leaves what the page said as the title.
 */

/** What a minute, an hour and a day have of milliseconds. */
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;
/** From here on a date says more than a count of days. */
const RELATIVE_MS = 7 * 86_400_000;
const EVERY_MS = 30_000;

/** Rewrites every `<time datetime>`; those with `data-ago` say how long ago it was, and go on doing so. */
export function showLocalTimes(root: ParentNode): void {
  const language = document.documentElement.lang;
  const local = new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    timeStyle: "long",
  });
  const exactIn = (language: string) =>
    new Intl.DateTimeFormat(language, {
      year: "numeric",
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      timeZoneName: "short",
    });
  const exact = exactIn(language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const times = [...root.querySelectorAll<HTMLTimeElement>("time[datetime]")];
  for (const time of times) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = `${local.format(at)} · ${time.textContent ?? ""}`;
    // A text for somebody else has a language of its own.
    const own = time.closest<HTMLElement>("[lang]")?.lang ?? language;
    time.textContent = (own === language ? exact : exactIn(own)).format(at);
  }
  const recent = times.filter((time) => time.dataset.ago !== undefined);
  const say = () => {
    for (const time of recent) {
      const since = Date.parse(time.dateTime) - Date.now();
      const [unit, unitMs] = UNITS.find(([, ms]) => Math.abs(since) >= ms) ?? UNITS[2];
      const isRecent = Math.abs(since) < RELATIVE_MS;
      // In a list the day is enough; the title has the rest.
      time.textContent = isRecent
        ? ago.format(Math.round(since / unitMs), unit)
        : day.format(since + Date.now());
    }
  };
  say();
  if (recent.length === 0) return;
  const timer = setInterval(() => {
    // Others have come in their place.
    if (recent.some((time) => time.isConnected)) say();
    else clearInterval(timer);
  }, EVERY_MS);
}
