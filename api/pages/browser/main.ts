/** The script of all pages. Without it they work too: it saves steps, and shows times as they are here. */
import { addCopyButtons } from "./copy.ts";
import { startDrops } from "./drop.ts";
import { startLive } from "./live.ts";
import { startLocalAnalysis } from "./local-analysis.ts";
import { lightEvidence, openMessages } from "./messages.ts";
import { startPasskeys } from "./passkeys.ts";
import { drawQrCodes } from "./qr-code.ts";
import { startQueue } from "./queue.ts";
import { showLocalTimes } from "./times.ts";
import { askInOwnZone } from "./zone.ts";

/** Gives the script's part to the page, or to a part of it that came later. */
function enliven(root: ParentNode): void {
  addCopyButtons(root);
  showLocalTimes(root);
}

enliven(document);
askInOwnZone();
startLive(enliven);
startQueue();
startDrops();
startPasskeys();
startLocalAnalysis();
lightEvidence();
openMessages();
drawQrCodes();
