/** What a gateway's log or capture with many clients says of where the cause is. */
import { type ManyClients, manyClients } from "../facts/many-clients.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** So many have to come up before one that does not is called an exception. */
const MANY = 2;

/** How many of a gateway's clients come up, and what becomes of the others. */
export const gatewayLogClients: Rule = {
  code: "gateway-log-clients",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §1.3",
  judge(o) {
    const many = manyClients(o);
    if (many === null) return unknown("finding.gateway-clients.unknown");
    const { crowd, clients, failed, evidence } = many;
    if (failed === 0) {
      return {
        status: "clear",
        phrase: phrase("finding.gateway-clients.clear", { name: crowd.source, clients }),
        evidence,
      };
    }
    return { status: "found", phrase: summaryOf(many), evidence, claim: null };
  },
};

function summaryOf({ crowd, clients, ended, failed, failedClients, refusals, since }: ManyClients) {
  const counts = {
    name: crowd.source,
    since: since ?? "?",
    clients,
    cameUp: ended["came-up"],
    incomplete: ended["request-incomplete"] + ended["nothing-followed"],
    repeated: ended["answer-repeated"],
    refused: ended.refused,
    reasons: refusals.join(", ") || "–",
    silent: ended.unanswered,
    open: ended.open,
  };
  if (failed === 1 && ended["came-up"] >= MANY)
    return phrase("finding.gateway-clients.one", { ...counts, client: failedClients[0] ?? "" });
  return failed > 1 && ended["came-up"] === 0
    ? phrase("finding.gateway-clients.all", counts)
    : phrase("finding.gateway-clients.some", { ...counts, failed });
}
