/** The words of the pages in every language, put together from their chapters. */
import { agent as enAgent } from "./en/agent.ts";
import { analyze as enAnalyze } from "./en/analyze.ts";
import { byHand as enByHand } from "./en/by-hand.ts";
import { card as enCard } from "./en/card.ts";
import { cases as enCases } from "./en/cases.ts";
import { common as enCommon } from "./en/common.ts";
import { compare as enCompare } from "./en/compare.ts";
import { delivery as enDelivery } from "./en/delivery.ts";
import { docs as enDocs } from "./en/docs.ts";
import { forward as enForward } from "./en/forward.ts";
import { gateway as enGateway } from "./en/gateway.ts";
import { home as enHome } from "./en/home.ts";
import { insights as enInsights } from "./en/insights.ts";
import { local as enLocal } from "./en/local.ts";
import { people as enPeople } from "./en/people.ts";
import { report as enReport } from "./en/report.ts";
import { reports as enReports } from "./en/reports.ts";
import { security as enSecurity } from "./en/security.ts";
import { settings as enSettings } from "./en/settings.ts";
import { agent as jaAgent } from "./ja/agent.ts";
import { analyze as jaAnalyze } from "./ja/analyze.ts";
import { byHand as jaByHand } from "./ja/by-hand.ts";
import { card as jaCard } from "./ja/card.ts";
import { cases as jaCases } from "./ja/cases.ts";
import { common as jaCommon } from "./ja/common.ts";
import { compare as jaCompare } from "./ja/compare.ts";
import { delivery as jaDelivery } from "./ja/delivery.ts";
import { docs as jaDocs } from "./ja/docs.ts";
import { forward as jaForward } from "./ja/forward.ts";
import { gateway as jaGateway } from "./ja/gateway.ts";
import { home as jaHome } from "./ja/home.ts";
import { insights as jaInsights } from "./ja/insights.ts";
import { local as jaLocal } from "./ja/local.ts";
import { people as jaPeople } from "./ja/people.ts";
import { report as jaReport } from "./ja/report.ts";
import { reports as jaReports } from "./ja/reports.ts";
import { security as jaSecurity } from "./ja/security.ts";
import { settings as jaSettings } from "./ja/settings.ts";

/** English: the language whose keys the others have to have. */
export const en = {
  ...enAgent,
  ...enAnalyze,
  ...enByHand,
  ...enCard,
  ...enCases,
  ...enCommon,
  ...enCompare,
  ...enDelivery,
  ...enDocs,
  ...enForward,
  ...enGateway,
  ...enHome,
  ...enInsights,
  ...enLocal,
  ...enPeople,
  ...enReport,
  ...enReports,
  ...enSecurity,
  ...enSettings,
};
/** Japanese. */
export const ja = {
  ...jaAgent,
  ...jaAnalyze,
  ...jaByHand,
  ...jaCard,
  ...jaCases,
  ...jaCommon,
  ...jaCompare,
  ...jaDelivery,
  ...jaDocs,
  ...jaForward,
  ...jaGateway,
  ...jaHome,
  ...jaInsights,
  ...jaLocal,
  ...jaPeople,
  ...jaReport,
  ...jaReports,
  ...jaSecurity,
  ...jaSettings,
};
