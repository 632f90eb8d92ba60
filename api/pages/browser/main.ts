/** The script of all pages. Without it they work too: it saves steps, and shows times as they are here. */
import { addCopyButtons } from "./copy.ts";
import { startPasskeys } from "./passkeys.ts";
import { showLocalTimes } from "./times.ts";

addCopyButtons(document);
showLocalTimes(document);
startPasskeys();
