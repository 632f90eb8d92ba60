/**
 * A text that is forwarded has its times in UTC and by the clocks of the place it was made at. Which place
 * that is, only the browser knows: it asks for the page once more with its own time zone.
 */
export function askInOwnZone(): void {
  if (document.querySelector("[data-own-zone]") === null) return;
  const address = new URL(location.href);
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (address.searchParams.has("zone") || !zone || zone === "UTC") return;
  address.searchParams.set("zone", zone);
  location.replace(address);
}
